/// The bytes of an answer (RFC 9112), as far as they have come.
struct AdminReply {
    private var bytes: [UInt8] = []
    private var head: Head?

    private struct Head {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        /// Where the body begins.
        var end: Int

        var isChunked: Bool { headers["transfer-encoding"]?.lowercased().contains("chunked") == true }
        var length: Int? { headers["content-length"].flatMap { Int($0) } }
    }

    /// Bytes that a head may have.
    private static let mostHead = 128 << 10

    var isEmpty: Bool { bytes.isEmpty }

    /// The answer once all of it is there.
    mutating func take(_ more: ArraySlice<UInt8>) throws(AdminClient.Failure) -> AdminClient.Answer? {
        bytes += more
        while head == nil {
            guard bytes.starts(with: "HTTP/".utf8) || "HTTP/".utf8.starts(with: bytes) else { throw Self.notHTTP }
            guard let end = headEnd else {
                guard bytes.count <= Self.mostHead else { throw Self.notHTTP }
                return nil
            }
            let read = try Self.head(bytes[..<end], end: end)
            // An interim answer, and another after it.
            if (100..<200).contains(read.status) { bytes.removeFirst(end) } else { head = read }
        }
        guard let head else { return nil }
        if head.status == 204 || head.status == 304 { return answer(head, []) }
        if head.isChunked { return try chunked(head) }
        guard let length = head.length else { return nil }
        guard length >= 0 else { throw Self.notHTTP }
        return bytes.count - head.end >= length ? answer(head, bytes[head.end..<head.end + length]) : nil
    }

    /// The answer when nothing more comes.
    func end() throws(AdminClient.Failure) -> AdminClient.Answer {
        if bytes.isEmpty { throw AdminClient.Failure(description: "the proxy closed the connection without an answer") }
        guard let head else { throw AdminClient.Failure(description: "the answer broke off in its head") }
        guard head.length != nil || head.isChunked else { return answer(head, bytes[head.end...]) }
        let expected = head.length.map { " of \($0)" } ?? ""
        throw AdminClient.Failure(description: "the answer broke off after \(bytes.count - head.end)\(expected) bytes")
    }

    private static let notHTTP = AdminClient.Failure(description: "what answers there does not speak HTTP")

    private var headEnd: Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (0...bytes.count - mark.count).first { bytes[$0..<$0 + mark.count].elementsEqual(mark) }.map { $0 + 4 }
    }

    private static func head(_ bytes: ArraySlice<UInt8>, end: Int) throws(AdminClient.Failure) -> Head {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]), (100..<600).contains(status) else { throw notHTTP }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " || $0 == "\t" }) }
        }
        return Head(status: status, headers: headers, end: end)
    }

    private func answer(_ head: Head, _ body: ArraySlice<UInt8>) -> AdminClient.Answer {
        AdminClient.Answer(
            status: head.status, headers: head.headers, body: String(decoding: body, as: UTF8.self))
    }

    /// nil while the last chunk has not come.
    private func chunked(_ head: Head) throws(AdminClient.Failure) -> AdminClient.Answer? {
        var body: [UInt8] = []
        var index = head.end
        while true {
            guard let line = bytes[index...].firstIndex(of: 10) else { return nil }
            let digits = bytes[index..<line].prefix { $0 != UInt8(ascii: ";") && $0 != 13 && $0 != 32 }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), (0..<1 << 32).contains(size)
            else {
                throw Self.notHTTP
            }
            index = line + 1
            if size == 0 { return answer(head, body[...]) }
            guard bytes.count >= index + size + 2 else { return nil }
            body += bytes[index..<index + size]
            index += size + 2
        }
    }
}
