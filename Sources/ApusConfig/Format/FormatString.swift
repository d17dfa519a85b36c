/// Text with substitution commands in it, read once at load: `path=%REQ(:path)% took %DURATION%`.
public struct FormatString: Sendable, Equatable {
    /// As it was written.
    public let text: String
    public let pieces: [FormatPiece]

    public init(text: String, pieces: [FormatPiece]) {
        self.text = text
        self.pieces = pieces
    }

    /// Text without commands.
    public init(literal text: String) {
        self.init(text: text, pieces: text.isEmpty ? [] : [.literal(text)])
    }

    /// The text when it holds no commands.
    public var literal: String? {
        switch pieces.count {
        case 0: ""
        case 1: if case .literal(let text) = pieces[0] { text } else { nil }
        default: nil
        }
    }
}

public enum FormatPiece: Sendable, Equatable {
    case literal(String)
    /// A command; its value is cut to `maxLength` bytes.
    case `operator`(FormatOperator, maxLength: Int?)
}
