/// `exportTo`: the namespaces that see a rule.
enum Export {
    static func reaches(_ namespace: String, from home: String, exportTo: [String]) -> Bool {
        exportTo.isEmpty
            || exportTo.contains { $0 == "*" || $0 == namespace || ($0 == "." && home == namespace) }
    }
}
