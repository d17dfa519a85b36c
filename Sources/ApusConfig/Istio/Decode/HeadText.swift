/// Texts that go into the head of a message as they stand: a line end in one of them would begin another message
/// (RFC 9112, 11.1 and 11.2).
extension Field {
    /// Of a target or a host: without blanks, too.
    func headText() -> String? {
        guard let text = string() else { return nil }
        if text.utf8.contains(where: { $0 <= 32 || $0 == 127 }) { report(.brokenHead) }
        return text
    }

    /// Of a field's value, where blanks may stand.
    func headValue() -> String? {
        guard let text = string() else { return nil }
        if text.utf8.contains(where: { $0 < 32 || $0 == 127 }) { report(.brokenHead) }
        return text
    }
}

extension Message {
    func headText(_ name: String) -> String { self[name]?.headText() ?? "" }
    func headValue(_ name: String) -> String { self[name]?.headValue() ?? "" }
}
