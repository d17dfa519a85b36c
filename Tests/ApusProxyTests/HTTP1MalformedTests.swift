import Testing

@testable import ApusProxy

/// Thousands of messages made by rules, each of which must be refused.
@Suite struct HTTP1MalformedTests {
    private func mustFail(_ text: String, request: Bool = true) {
        var limits = HTTP1Limits()
        limits.allowHTTP10 = true
        let parsed = parse(wire(text), request: request, head: Head(), limits: limits).0
        #expect(parsed.error != nil, "\(text.debugDescription) gave \(parsed)")
    }

    private static let controls = (0..<256).filter { $0 < 0x20 || $0 == 0x7f }.map {
        Character(Unicode.Scalar($0) ?? " ")
    }
    private static let notToken = (0..<256).map { Character(Unicode.Scalar($0) ?? " ") }.filter {
        !$0.isASCII || !($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0))
    }

    @Test func noByteOutsideATokenStandsInAName() {
        for name in ["content-length", "transfer-encoding", "host", "connection", "x-a"] {
            for byte in Self.notToken where byte != ":" && byte != "\n" && byte != "\r" {
                for at in 0...name.count {
                    var spelled = name
                    spelled.insert(byte, at: spelled.index(spelled.startIndex, offsetBy: at))
                    let line = "\(spelled): 1\r\n"
                    // At the start of a line a blank folds; the field before must be one that may not be folded.
                    mustFail("POST / HTTP/1.1\r\nHost: h\r\n\(line)\r\n")
                    mustFail("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\(line)\r\n", request: false)
                }
            }
        }
    }

    @Test func noControlByteStandsInAValueOrAStartLine() {
        for byte in Self.controls where byte != "\t" && byte != "\n" && byte != "\r" {
            for value in ["\(byte)", "a\(byte)", "\(byte)a", "aaaaaaaa\(byte)", "aaaaaaaaa\(byte)bbbbbbbbb"] {
                mustFail("GET / HTTP/1.1\r\nHost: h\r\nx: \(value)\r\n\r\n")
                mustFail("HTTP/1.1 200 OK\r\nx: \(value)\r\n\r\n", request: false)
                mustFail("GET /\(value) HTTP/1.1\r\nHost: h\r\n\r\n")
                mustFail("GET / HTTP/1.1\(value)\r\nHost: h\r\n\r\n")
                mustFail("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n")
                mustFail("HTTP/1.1 200 \(value)\r\n\r\n", request: false)
            }
        }
    }

    @Test func noByteBesideDigitsStandsInALength() {
        for byte in 0..<256 where !(0x30...0x39).contains(byte) && byte != 0x0a {
            let character = Character(Unicode.Scalar(UInt8(byte)))
            for value in ["3\(character)3", "\(character)"] where !(value == " " || value == "\t") {
                mustFail("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(value)\r\n\r\nabc")
                mustFail("HTTP/1.1 200 OK\r\nContent-Length: \(value)\r\n\r\nabc", request: false)
            }
            guard character != " ", character != "\t", character != "\r" else { continue }
            mustFail("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(character)3\r\n\r\nabc")
            mustFail("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\(character)\r\n\r\nabc")
        }
    }

    @Test func nothingStandsBesideChunked() {
        for byte in 0..<256 where byte != 0x20 && byte != 0x09 && byte != 0x0a {
            let character = Character(Unicode.Scalar(UInt8(byte)))
            for value in ["\(character)chunked", "chunked\(character)", "chun\(character)ked"] {
                mustFail("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \(value)\r\n\r\n0\r\n\r\n")
                mustFail("HTTP/1.1 200 OK\r\nTransfer-Encoding: \(value)\r\n\r\n0\r\n\r\n", request: false)
            }
        }
        let codings = ["chunked", "gzip", "identity", "", "x", "trailers"]
        for first in codings {
            for second in codings {
                for between in [", ", ",", " , ", "\r\nTransfer-Encoding: ", "\r\ntransfer-encoding:", ";", " "] {
                    if between.contains("\r") || !(first + second).isEmpty,
                        first + second != "chunked" || between != " "
                    {
                        mustFail(
                            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \(first)\(between)\(second)\r\n\r\n0\r\n\r\n"
                        )
                    }
                }
            }
        }
    }

    @Test func lengthAndCodingMeetInNoOrderAndNoSpelling() {
        for length in ["0", "3", "03"] {
            for coding in ["chunked", "CHUNKED", "gzip", "identity", "gzip, chunked", ""] {
                for name in ["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING"] {
                    for fields in [
                        "Content-Length: \(length)\r\n\(name): \(coding)",
                        "\(name): \(coding)\r\nContent-Length: \(length)",
                        "Content-Length: \(length)\r\nx: y\r\n\(name): \(coding)",
                        "Content-Length: \(length)\r\n\(name): \(coding)\r\nContent-Length: \(length)",
                    ] {
                        for version in ["1.1", "1.0"] {
                            mustFail("POST / HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n\r\n0\r\n\r\n")
                            mustFail("HTTP/\(version) 200 OK\r\n\(fields)\r\n\r\n0\r\n\r\n", request: false)
                        }
                    }
                }
            }
        }
    }

    @Test func startLinesOfOtherProtocolsAreRefused() {
        for version in [
            "HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/11", "http/1.1", "HTTP/1.1.1", "HTTP /1.1", "HTTP/ 1.1", "H", "X/1.1",
        ] {
            mustFail("GET / \(version)\r\nHost: h\r\n\r\n")
            mustFail("\(version) 200 OK\r\n\r\n", request: false)
        }
        for major in [0, 2, 3, 4, 5, 6, 7, 8, 9] {
            for minor in 0...9 {
                mustFail("GET / HTTP/\(major).\(minor)\r\nHost: h\r\n\r\n")
                mustFail("HTTP/\(major).\(minor) 200 OK\r\n\r\n", request: false)
            }
        }
        for byte in Self.notToken where byte != "\r" && byte != "\n" {
            mustFail("\(byte)GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            mustFail("\(byte)HTTP/1.1 200 OK\r\n\r\n", request: false)
            if byte != " ", byte != "\t" { mustFail("G\(byte)T / HTTP/1.1\r\nHost: h\r\n\r\n") }
        }
        for status in ["", "1", "12", "000", "099", "1000", "abc", "2 0", "-20", "+20", "20x", "2.0", "0200"] {
            mustFail("HTTP/1.1 \(status) OK\r\n\r\n", request: false)
        }
    }

    @Test func chunkLinesWithAnythingElseInThemAreRefused() {
        for byte in 0..<256 {
            let character = Character(Unicode.Scalar(UInt8(byte)))
            guard !character.isHexDigit || !character.isASCII else { continue }
            for line in ["\(character)", "\(character)3", "3\(character)3"] {
                guard line != "3;3" else { continue }
                let decoded = decode(.chunked, wire("\(line)\r\nabc\r\n0\r\n\r\n"))
                #expect(decoded.error != nil, "\(line.debugDescription)")
            }
            for end in ["\(character)\r\n", "\(character)\n", "\r\(character)", "\(character)", "\n"]
            where end != "\r\n" {
                let decoded = decode(.chunked, wire("3\r\nabc\(end)0\r\n\r\n"))
                #expect(decoded.error != nil || end == "\r", "\(end.debugDescription)")
            }
        }
    }
}
