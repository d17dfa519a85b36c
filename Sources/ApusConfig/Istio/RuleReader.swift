/// Reads texts of rules: YAML or JSON, one document or many.
public enum RuleReader {
    /// `file` is only the name that findings print; `namespace` is that of documents which name none.
    public static func read(text: String, file: String, namespace: String = "default") -> RuleReading {
        var text = text
        return text.withUTF8 { RuleText(bytes: $0, file: file, namespace: namespace).read() }
    }
}
