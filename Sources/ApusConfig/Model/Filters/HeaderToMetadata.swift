/// `envoy.extensions.filters.http.header_to_metadata.v3.Config`.
public struct HeaderToMetadata: Sendable, Equatable {
    public var requestRules: [MetadataRule]
    public var responseRules: [MetadataRule]
    public var statPrefix: String
    public var source: SourceMark

    public init(
        requestRules: [MetadataRule] = [],
        responseRules: [MetadataRule] = [],
        statPrefix: String = "",
        source: SourceMark = SourceMark()
    ) {
        self.requestRules = requestRules
        self.responseRules = responseRules
        self.statPrefix = statPrefix
        self.source = source
    }
}

public struct MetadataRule: Sendable, Equatable {
    public var origin: MetadataOrigin
    public var onHeaderPresent: MetadataTarget?
    public var onHeaderMissing: MetadataTarget?
    /// Takes the header away once it is read.
    public var remove: Bool
    public var source: SourceMark

    public init(
        origin: MetadataOrigin,
        onHeaderPresent: MetadataTarget? = nil,
        onHeaderMissing: MetadataTarget? = nil,
        remove: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.origin = origin
        self.onHeaderPresent = onHeaderPresent
        self.onHeaderMissing = onHeaderMissing
        self.remove = remove
        self.source = source
    }
}

public enum MetadataOrigin: Sendable, Equatable {
    case header(String)
    case cookie(String)
}

public struct MetadataTarget: Sendable, Equatable {
    /// Empty: the filter's own name.
    public var metadataNamespace: String
    public var key: String
    /// Empty: the header's value.
    public var value: String
    public var regexValueRewrite: RegexRewrite?
    public var type: MetadataValueType
    public var encode: MetadataEncoding

    public init(
        metadataNamespace: String = "",
        key: String,
        value: String = "",
        regexValueRewrite: RegexRewrite? = nil,
        type: MetadataValueType = .string,
        encode: MetadataEncoding = .none
    ) {
        self.metadataNamespace = metadataNamespace
        self.key = key
        self.value = value
        self.regexValueRewrite = regexValueRewrite
        self.type = type
        self.encode = encode
    }
}

public enum MetadataValueType: String, Sendable, Equatable {
    case string = "STRING"
    case number = "NUMBER"
    case protobufValue = "PROTOBUF_VALUE"
}

public enum MetadataEncoding: String, Sendable, Equatable {
    case none = "NONE"
    case base64 = "BASE64"
}
