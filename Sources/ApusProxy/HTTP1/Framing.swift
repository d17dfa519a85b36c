/// How messages are cut on an HTTP/1.1 connection, where both directions agree.
enum Framing {
    /// Bodies up to so many bytes are copied behind their head, to leave in one buffer and one write; larger ones travel
    /// as they came.
    static let copiedBody = 16 * 1024
}
