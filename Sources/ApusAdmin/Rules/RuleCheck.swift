import ApusConfig
import ApusProxy

/// Looks at rules without serving them: what `apus validate` asks.
public enum RuleCheck {
    /// Errors and warnings of a text, by place. Each has a path without blanks, so that a line of them has four parts.
    public static func diagnostics(of text: String, file: String) -> [Diagnostic] {
        findings(text, file: file).map { finding in
            var finding = finding
            finding.path =
                finding.path.isEmpty ? "document" : finding.path.split(separator: " ").joined(separator: "\\u0020")
            return finding
        }
    }

    private static func findings(_ text: String, file: String) -> [Diagnostic] {
        let reading = RuleReader.read(text: text, file: file)
        guard reading.errors.isEmpty else { return reading.findings.map(\.diagnostic) }
        var rules = RuleSet()
        for rule in reading.rules { rules.apply(rule) }
        var identity = ProxyIdentity()
        identity.outbound = .socket(host: "127.0.0.1", port: 15001)
        let compiled = RuleCompiler(identity: identity).compile(rules)
        let configuration = Standing(base: LoadResult(bootstrap: Bootstrap(), diagnostics: [], document: .object([])))
            .configuration(compiled)
        return reading.findings.map(\.diagnostic)
            + Proxy.check(configuration).filter { $0.severity == .error && $0.source.line > 0 }
    }
}
