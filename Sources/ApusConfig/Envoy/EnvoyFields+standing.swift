extension EnvoyFields {
    enum Place {
        case read
        /// Comes with later work.
        case later(String)
        /// Apus leaves it to Envoy.
        case never(String)
    }

    /// How a field stands, by either of its names; nil for what is no field of Envoy's.
    static func standing(of key: String, in type: String) -> Place? {
        guard let message = all[type] else { return nil }
        if let name = find(key, in: message.later) { return .later(name) }
        if let name = find(key, in: message.never) { return .never(name) }
        return find(key, in: message.read) == nil ? nil : .read
    }

    /// The names of the fields that are read; nil for messages that are not in the table.
    static func read(in type: String) -> [String]? {
        all[type].map { $0.read.split(whereSeparator: \.isWhitespace).map(String.init) }
    }

    private static func find(_ key: String, in names: String) -> String? {
        names.split(whereSeparator: \.isWhitespace).map(String.init).first { FieldName.matches(key, $0) }
    }
}
