/// Reads texts of rules: YAML or JSON, one document or many.
public enum RuleReader {
    /// Whether a text is one of rules and not a bootstrap: some document says which kind it is of.
    public static func looksLikeRules(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            line.hasPrefix("apiVersion:") || line.hasPrefix("kind:")
                || line.hasPrefix("{") && line.contains("\"apiVersion\"")
        }
    }

    /// `file` is only the name that findings print; `namespace` is that of documents which name none.
    public static func read(text: String, file: String, namespace: String = "default") -> RuleReading {
        var result = RuleReading()
        var number = 0
        for part in RuleText.documents(of: text) {
            var document = RuleDocument(file: file, namespace: namespace, linesBefore: part.linesBefore)
            guard let isThere = document.read(part.text), isThere else {
                // A text that is no YAML is a document all the same.
                if !document.findings.isEmpty {
                    number += 1
                    result.findings += document.findings.map { $0.numbered(number) }
                }
                continue
            }
            number += 1
            result.rules += document.rules
            result.findings += document.findings.map { $0.numbered(number) }
        }
        return result
    }
}

extension RuleFinding {
    fileprivate func numbered(_ number: Int) -> RuleFinding {
        var finding = self
        finding.document = number
        return finding
    }
}
