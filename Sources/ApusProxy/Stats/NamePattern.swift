/// A regular expression that is looked for anywhere in a name.
public struct NamePattern: Sendable {
    /// Why a pattern is none.
    public struct Failure: Error {
        public let reason: String
    }

    private let regex: CompiledRegex

    public init(_ pattern: String) throws(Failure) {
        do {
            regex = try CompiledRegex(pattern)
        } catch {
            throw Failure(reason: (error as? CompiledRegex.Failure)?.reason ?? "\(error)")
        }
    }

    public func isFound(in name: String) -> Bool { regex.partiallyMatches(name) }
}
