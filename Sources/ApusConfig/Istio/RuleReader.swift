/// Reads texts of rules: YAML or JSON, one document or many.
public enum RuleReader {
    /// `file` is only the name that findings print; `namespace` is that of documents which name none.
    public static func read(text: String, file: String, namespace: String = "default") -> RuleReading {
        RuleReading()
    }
}
