extension ConfigValue {
    /// A value written as JSON or YAML; nil when it is neither, or nothing.
    public init?(text: String) {
        let reader = YAMLReader()
        guard let node = try? reader.read(text) else { return nil }
        self = node.document
    }
}
