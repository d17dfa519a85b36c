/// How messages are cut on an HTTP/1.1 connection, where both directions agree.
enum Framing {
    /// Bodies up to so many bytes are copied behind their head, to leave in one buffer and one write; larger ones travel
    /// as they came.
    static let copiedBody = 16 * 1024

    /// A request without a body says so if its method would lead one to expect a body (RFC 9110, 8.6).
    static func giveLength(toEmptyRequest head: Head) {
        guard !head.has(.contentLength), !head.has(.upgrade) else { return }
        let method = head.method
        if method.equals("GET") || method.equals("HEAD") || method.equals("DELETE") || method.equals("TRACE")
            || method.equals("CONNECT")
        {
            return
        }
        head.add(.contentLength, "0")
    }
}
