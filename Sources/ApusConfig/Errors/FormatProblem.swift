/// What can be wrong with a format string.
enum FormatProblem: Error, Equatable {
    /// A `%` that begins nothing.
    case unbalanced(String)
    case unknownOperator(String, nearest: String?)
    case noArgument(String)
    case needsArgument(String, example: String)
    case noLength(String)
    case badArgument(String, String, reason: String)

    var message: String {
        switch self {
        case .unbalanced(let rest):
            "'\(rest)' begins no complete command such as %REQ(name)%; write %% for a percent sign"
        case .unknownOperator(let name, let nearest):
            "there is no command %\(name)%" + (nearest.map { "; did you mean %\($0)%?" } ?? "")
        case .noArgument(let name): "%\(name)% takes no argument in parentheses"
        case .needsArgument(let name, let example): "%\(name)% needs an argument, as %\(name)(\(example))%"
        case .noLength(let name): "%\(name)% cannot be cut to a length"
        case .badArgument(let name, let argument, let reason): "%\(name)(\(argument))%: \(reason)"
        }
    }
}
