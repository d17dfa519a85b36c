extension FormatString {
    /// Reads `text %COMMAND(argument):length% text`; `%%` is a percent sign.
    init(parsing text: String) throws(FormatProblem) {
        var pieces: [FormatPiece] = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "%") {
                literal.append(UInt8(ascii: "%"))
                index += 2
                continue
            }
            guard let command = Command(in: bytes, at: index) else {
                throw .unbalanced(String(decoding: bytes[index...].prefix(40), as: UTF8.self))
            }
            if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
            literal.removeAll()
            pieces.append(.operator(try command.operator(), maxLength: command.length))
            index = command.end
        }
        if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
        self.init(text: text, pieces: pieces)
    }
}

/// One command as it is written, not yet understood.
private struct Command {
    let name: String
    let argument: String?
    let length: Int?
    /// Behind the closing `%`.
    let end: Int

    init?(in bytes: [UInt8], at start: Int) {
        var index = start + 1
        while index < bytes.count, Command.isNameByte(bytes[index]) { index += 1 }
        guard index > start + 1 else { return nil }
        name = String(decoding: bytes[(start + 1)..<index], as: UTF8.self)
        if index < bytes.count, bytes[index] == UInt8(ascii: "(") {
            let first = index + 1
            // An argument may hold parentheses and percent signs: the first ")" with "%" or ":length%" behind it ends it.
            var close = first
            while true {
                guard let next = bytes[close...].firstIndex(of: UInt8(ascii: ")")) else { return nil }
                if let (length, end) = Command.tail(bytes, at: next + 1) {
                    argument = String(decoding: bytes[first..<next], as: UTF8.self)
                    self.length = length
                    self.end = end
                    return
                }
                close = next + 1
            }
        }
        guard let (length, end) = Command.tail(bytes, at: index) else { return nil }
        argument = nil
        self.length = length
        self.end = end
    }

    /// `%` or `:12%`
    private static func tail(_ bytes: [UInt8], at start: Int) -> (length: Int?, end: Int)? {
        var index = start
        guard index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "%") { return (nil, index + 1) }
        guard bytes[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        var length = 0
        let first = index
        while index < bytes.count, (48...57).contains(bytes[index]), index - first < 9 {
            length = length * 10 + Int(bytes[index] - 48)
            index += 1
        }
        guard index > first, index < bytes.count, bytes[index] == UInt8(ascii: "%") else { return nil }
        return (length, index + 1)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
    }

    func `operator`() throws(FormatProblem) -> FormatOperator {
        guard let kind = FormatCommands.all[name] else {
            throw .unknownOperator(name, nearest: nearestName(to: name, among: FormatCommands.all.keys.sorted()))
        }
        if length != nil, !kind.takesLength { throw .noLength(name) }
        switch kind.argument {
        case .none(let made):
            if argument != nil { throw .noArgument(name) }
            return made
        case .optional(let make):
            return try make(FormatArgument(name: name, text: argument ?? ""))
        case .required(let example, let make):
            guard let argument, !argument.isEmpty else { throw .needsArgument(name, example: example) }
            return try make(FormatArgument(name: name, text: argument))
        }
    }
}
