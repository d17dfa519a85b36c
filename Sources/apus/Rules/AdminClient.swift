import ApusConfig
import ArgumentParser
import Glibc

/// Asks the admin server of a running proxy.
struct AdminClient {
    let host: String
    let port: String

    struct Answer {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: String

        var json: ConfigValue { ConfigValue(text: body) ?? .null }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// `http://127.0.0.1:15000` or `127.0.0.1:15000`
    init(_ address: String) throws {
        var rest = Substring(address)
        if rest.hasPrefix("http://") { rest = rest.dropFirst("http://".count) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let colon = rest.lastIndex(of: ":"), UInt16(rest[rest.index(after: colon)...]) != nil,
            colon > rest.startIndex
        else {
            throw ValidationError("--admin '\(address)' is not an address and port such as 127.0.0.1:15000.")
        }
        host = String(rest[..<colon]).filter { $0 != "[" && $0 != "]" }
        port = String(rest[rest.index(after: colon)...])
    }

    /// Sends one request and waits for its answer.
    func send(_ method: String, _ target: String, body: String = "", headers: [String: String] = [:]) throws -> Answer {
        let file = try connect()
        defer { close(file) }
        var head = "\(method) \(target) HTTP/1.1\r\nhost: \(host):\(port)\r\nconnection: close\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        head += "content-length: \(body.utf8.count)\r\n\r\n"
        try write(Array(head.utf8) + body.utf8, to: file)
        return try answer(try readAll(file))
    }

    private func connect() throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &list)
        guard code == 0 else { throw Failure(description: "\(host): \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(list) }
        var reason = "no address"
        var next = list
        while let info = next {
            next = info.pointee.ai_next
            let file = socket(info.pointee.ai_family, info.pointee.ai_socktype, info.pointee.ai_protocol)
            if file >= 0, Glibc.connect(file, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 { return file }
            reason = String(cString: strerror(errno))
            if file >= 0 { close(file) }
        }
        throw Failure(
            description: "no proxy answers at \(host):\(port): \(reason); is it running with --admin \(host):\(port)?")
    }

    private func write(_ bytes: [UInt8], to file: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(description: "\(host):\(port): \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    private func readAll(_ file: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(file, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(description: "\(host):\(port): \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    private func answer(_ bytes: [UInt8]) throws -> Answer {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else {
            throw Failure(description: "\(host):\(port) does not speak HTTP")
        }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
            throw Failure(description: "\(host):\(port) does not speak HTTP")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        return Answer(status: status, headers: headers, body: String(text[end.upperBound...]))
    }
}

extension String {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }

    /// As it may stand in a query.
    var queryEscaped: String {
        var escaped = ""
        for byte in utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            if isPlain || "-._~".utf8.contains(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return escaped
    }
}
