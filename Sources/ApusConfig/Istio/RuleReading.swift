/// What reading one text of rules gave.
public struct RuleReading: Sendable {
    /// Each document that is a rule, in order; not to be used when there is an error.
    public var rules: [Rule] = []
    /// Errors and warnings in the order of their places.
    public var findings: [RuleFinding] = []

    public init() {}

    public var errors: [RuleFinding] { findings.filter { $0.diagnostic.severity == .error } }
    public var warnings: [RuleFinding] { findings.filter { $0.diagnostic.severity == .warning } }
}

/// One finding about a document of rules.
public struct RuleFinding: Sendable, Equatable {
    /// From 1; documents that are empty or only comments do not count. 0: the text as a whole.
    public var document: Int
    /// `VirtualService/default/reviews`, as far as it is known.
    public var resource: String
    /// Place and message; the path in the spelling of the author.
    public var diagnostic: Diagnostic

    public init(document: Int, resource: String, diagnostic: Diagnostic) {
        self.document = document
        self.resource = resource
        self.diagnostic = diagnostic
    }
}
