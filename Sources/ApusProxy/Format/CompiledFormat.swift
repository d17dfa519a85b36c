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
    /// The text when it holds no operators.
    let literal: [UInt8]?

    init(_ format: FormatString, emptyValue: EmptyValue = .nothing) {
        literal = format.literal.map { Array($0.utf8) }
    }

    func append<Context: LogContext>(to buffer: inout [UInt8], _ context: Context) {
        if let literal { buffer += literal }
    }

    func text<Context: LogContext>(_ context: Context) -> String {
        var buffer: [UInt8] = []
        append(to: &buffer, context)
        return String(decoding: buffer, as: UTF8.self)
    }
}
