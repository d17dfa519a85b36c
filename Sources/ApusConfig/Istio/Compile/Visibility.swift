/// `exportTo`: which namespaces a rule is there for.
enum Visibility {
    /// An empty list is everybody; `~` is nobody.
    static func reaches(_ namespace: String, from home: String, exportTo: [String]) -> Bool {
        exportTo.isEmpty
            || exportTo.contains { $0 == "*" || $0 == namespace || ($0 == "." && namespace == home) }
    }

    /// Whether a rule is there for its own namespace alone.
    static func isPrivate(_ exportTo: [String]) -> Bool { exportTo == ["."] }
}
