import Foundation

/// A case from a file of `Cases/`, as the driver there tells it. What it gives was recorded from Envoy 1.40.
struct LuaCase: CustomStringConvertible {
    /// From 1, in the order of the file.
    let number: Int
    let isRight: Bool
    /// `Class:name`
    let method: String
    let what: String
    /// "request" or "response": for which message the case runs.
    let way: String
    let body: String
    let chunks: [String]
    /// With the line end behind each.
    let trailers: String
    /// The upstream's; empty: one of five bytes, or an echo of the request.
    let answer: String
    let shows: [String]
    let hides: [String]
    let gives: String

    var description: String { "\(method), \(isRight ? "right" : "wrong"): \(what)" }

    init?(_ line: Substring, number: Int) {
        let fields = line.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 12 else { return nil }
        func list(_ text: String) -> [String] { text.split(separator: "\u{1d}").map(String.init) }
        self.number = number
        isRight = fields[0] == "right"
        (method, what, way, body) = (fields[1], fields[2], fields[4], fields[5])
        (chunks, trailers, answer) = (list(fields[6]), fields[7], fields[8])
        (shows, hides, gives) = (list(fields[9]), list(fields[10]), fields[11])
    }

    private var mark: String { "x-case: \(way)/\(number)\r\n" }

    /// The head of the request, and the pieces that follow it.
    var request: [String] {
        var head = "\(body.isEmpty && chunks.isEmpty ? "GET" : "POST") /\(way)/\(number) HTTP/1.1\r\nhost: test\r\n"
        if way == "request" { head += mark }
        head += "x-a: one\r\n"
        if !markedAnswer.isEmpty { head += "x-answer: \(Data(markedAnswer.utf8).base64EncodedString())\r\n" }
        if chunks.isEmpty {
            return [body.isEmpty ? head + "\r\n" : head + "content-length: \(body.utf8.count)\r\n\r\n" + body]
        }
        let pieces = chunks.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }
        return [head + "transfer-encoding: chunked\r\n\r\n"] + pieces + ["0\r\n\(trailers)\r\n"]
    }

    private var markedAnswer: String {
        guard way == "response" else { return answer }
        let text = answer.isEmpty ? "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello" : answer
        guard let end = text.firstRange(of: "\r\n") else { return text }
        return text[..<end.upperBound] + mark + text[end.upperBound...]
    }
}
