/// Lua's error messages in the words that LuaJIT has for them, which is what people and alarms look for:
/// `attempt to index a nil value (local 'x')` reads `attempt to index local 'x' (a nil value)`.
enum LuaMessage {
    static func familiar(_ message: String) -> String {
        guard let start = message.range(of: "attempt to "),
            let article = message.range(of: " a ", in: start.upperBound..<message.endIndex),
            let open = message.range(of: " value (", in: article.upperBound..<message.endIndex),
            let close = message[open.upperBound...].firstIndex(of: ")")
        else { return message }
        let verb = message[start.upperBound..<article.lowerBound]
        let type = message[article.upperBound..<open.lowerBound]
        let variable = message[open.upperBound..<close]
        guard !verb.contains(" "), !type.contains(" "), variable.hasSuffix("'"), !variable.contains("\n") else {
            return message
        }
        return
            "\(message[..<start.upperBound])\(verb) \(variable) (a \(type) value)\(message[message.index(after: close)...])"
    }
}

extension String {
    /// The first place of a text within a range of this one.
    fileprivate func range(of text: String, in range: Range<Index>? = nil) -> Range<Index>? {
        self[range ?? startIndex..<endIndex].firstRange(of: text)
    }
}
