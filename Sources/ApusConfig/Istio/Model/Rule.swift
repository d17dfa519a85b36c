/// One checked document: what it is called, what it says, and how its author wrote it.
public final class Rule: Sendable {
    public let name: RuleName
    /// `networking.istio.io/v1`
    public let apiVersion: String
    public let labels: [String: String]
    public let annotations: [String: String]
    /// `metadata.creationTimestamp` in seconds since 1970; nil when the document has none.
    public let created: Double?
    public let spec: RuleSpec
    /// The document in its author's spelling, with `metadata.namespace` filled in.
    public let written: WrittenDocument
    /// Where the document begins.
    public let source: SourceMark

    /// The same as a tree, made when it is asked for.
    public var document: ConfigValue { written.value }

    public init(
        name: RuleName, apiVersion: String = "", labels: [String: String] = [:], annotations: [String: String] = [:],
        created: Double? = nil, spec: RuleSpec, document: ConfigValue = .null, source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.apiVersion = apiVersion
        self.labels = labels
        self.annotations = annotations
        self.created = created
        self.spec = spec
        written = WrittenDocument(document)
        self.source = source
    }
}

/// What a document says, by kind.
public enum RuleSpec: Sendable, Equatable {
    case virtualService(VirtualService)
    case destinationRule(DestinationRule)
    case serviceEntry(ServiceEntry)
    case workloadEntry(WorkloadEntry)
    case gateway(Gateway)
    case sidecar(Sidecar)
    case envoyFilter(EnvoyFilter)
    case service(KubernetesService)
    case secret(KubernetesSecret)
}
