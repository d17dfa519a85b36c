/// JSON-like data: metadata, settings of foreign filters, and the normalised document for `/config_dump`. Members
/// keep their order.
public indirect enum ConfigValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([ConfigValue])
    case object([ConfigMember])

    /// The member of an object; nil for anything else.
    public subscript(key: String) -> ConfigValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == key }?.value
    }
}

/// One name and its value in an object.
public struct ConfigMember: Sendable, Equatable {
    public var name: String
    public var value: ConfigValue

    public init(name: String, value: ConfigValue) {
        self.name = name
        self.value = value
    }
}

/// Envoy's `Metadata`: data by namespace, read by routes, endpoints and filters.
public struct Metadata: Sendable, Equatable {
    /// Each value is an object.
    public var filterMetadata: [String: ConfigValue]

    public init(filterMetadata: [String: ConfigValue] = [:]) {
        self.filterMetadata = filterMetadata
    }
}
