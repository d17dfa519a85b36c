/// What tells one rule from another: kind, namespace and name. The version of its API is no part of it.
public struct RuleName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var kind: RuleKind
    public var namespace: String
    public var name: String

    public init(kind: RuleKind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// `VirtualService/default/reviews`
    public var description: String { "\(kind.rawValue)/\(namespace)/\(name)" }

    public static func < (left: RuleName, right: RuleName) -> Bool {
        (left.kind.rawValue, left.namespace, left.name) < (right.kind.rawValue, right.namespace, right.name)
    }
}

/// The kinds of documents that Apus keeps.
public enum RuleKind: String, Sendable, CaseIterable {
    case virtualService = "VirtualService"
    case destinationRule = "DestinationRule"
    case serviceEntry = "ServiceEntry"
    case workloadEntry = "WorkloadEntry"
    case gateway = "Gateway"
    case sidecar = "Sidecar"
    case envoyFilter = "EnvoyFilter"
    /// Of Kubernetes' core group.
    case service = "Service"
    /// Of Kubernetes' core group.
    case secret = "Secret"
}
