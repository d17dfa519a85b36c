/// Reads texts of rules: YAML or JSON, one document or many.
public enum RuleReader {
    /// Whether a text is one of rules and not a bootstrap: some document says which kind it is of.
    public static func looksLikeRules(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            // JSON may begin in the line, or in one before; a byte order mark may come first of all.
            let key = line.drop { " \t\u{FEFF}{\"'".contains($0) }
            return key.hasPrefix("apiVersion") || line.hasPrefix("kind:")
                || line.hasPrefix("{") && line.contains("\"apiVersion\"")
        }
    }

    /// `file` is only the name that findings print; `namespace` is that of documents which name none. `isOwn`: Apus
    /// wrote it from documents that were accepted before, so that what keeps others from sending too much is no limit.
    public static func read(
        text: String, file: String, namespace: String = "default", isOwn: Bool = false
    ) -> RuleReading {
        var text = text
        return text.withUTF8 { RuleText(bytes: $0, file: file, namespace: namespace, isOwn: isOwn).read() }
    }

    /// Whether documents can be in a namespace of this name.
    public static func isNamespace(_ name: String) -> Bool { NameText.isLabel(name) }
}
