/// A filter that is not Envoy's: whoever builds an executable with one names it here, and configurations may use it.
/// Its settings reach the proxy as `FilterSettings.custom`.
public struct CustomFilter: Sendable, Equatable {
    /// What `http_filters` may call it when it needs no settings.
    public var name: String
    /// `@type` of its settings, as `type.googleapis.com/example.Stamp`.
    public var typeURL: String

    public init(name: String, typeURL: String) {
        self.name = name
        self.typeURL = typeURL
    }
}
