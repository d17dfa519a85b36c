import ApusConfig

/// What stands for a value that is not there.
enum EmptyValue: Sendable {
    /// `-`, in logs.
    case dash
    /// Nothing, in header values.
    case nothing
}

/// A text with operators, compiled for evaluation on a worker.
final class CompiledFormat: Sendable {
    private enum Piece {
        case literal([UInt8])
        case value(CompiledOperator, maxLength: Int?)
    }

    /// The text when it holds no operators.
    let literal: [UInt8]?
    private let pieces: [Piece]
    private let emptyValue: EmptyValue

    init(_ format: FormatString, emptyValue: EmptyValue = .nothing) {
        literal = format.literal.map { Array($0.utf8) }
        self.emptyValue = emptyValue
        pieces = format.pieces.map { piece in
            switch piece {
            case .literal(let text): .literal(Array(text.utf8))
            case .operator(let format, let maxLength): .value(CompiledOperator(format), maxLength: maxLength)
            }
        }
    }

    func append<Context: LogContext>(to buffer: inout [UInt8], _ context: Context) {
        for piece in pieces {
            switch piece {
            case .literal(let bytes): buffer += bytes
            case .value(let value, let maxLength):
                let start = buffer.count
                let result = value.evaluate(context)
                if result.isMissing {
                    if emptyValue == .dash { buffer.append(UInt8(ascii: "-")) }
                } else {
                    result.appendText(to: &buffer)
                    buffer.cut(from: start, to: maxLength)
                }
            }
        }
    }

    func text<Context: LogContext>(_ context: Context) -> String {
        var buffer: [UInt8] = []
        append(to: &buffer, context)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// The one operator of a text that is nothing else: such texts keep their type in JSON.
    var onlyOperator: (value: CompiledOperator, maxLength: Int?)? {
        guard pieces.count == 1, case .value(let value, let maxLength) = pieces[0] else { return nil }
        return (value, maxLength)
    }
}
