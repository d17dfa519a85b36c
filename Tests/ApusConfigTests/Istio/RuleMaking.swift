@testable import ApusConfig

/// Rules without their texts.
func rule(
    _ kind: RuleKind, _ name: String, in namespace: String = "default", labels: [String: String] = [:],
    annotations: [String: String] = [:], created: Double? = nil, _ spec: RuleSpec
) -> Rule {
    Rule(
        name: RuleName(kind: kind, namespace: namespace, name: name), labels: labels, annotations: annotations,
        created: created, spec: spec)
}

func rules(_ all: [Rule]) -> RuleSet {
    var set = RuleSet()
    for rule in all { set.apply(rule) }
    return set
}

func identity(_ namespace: String = "default", labels: [String: String] = [:]) -> ProxyIdentity {
    var identity = ProxyIdentity()
    identity.namespace = namespace
    identity.labels = labels
    return identity
}

func registry(_ all: [Rule], _ identity: ProxyIdentity = identity()) -> ServiceRegistry {
    ServiceRegistry(rules(all), identity: identity)
}

func port(
    _ number: UInt32, _ name: String = "http", _ protocol: PortProtocol = .http, to target: ServicePort.Target? = nil
) -> ServicePort {
    var port = ServicePort(number: number)
    port.name = name
    port.protocol = `protocol`
    port.target = target
    return port
}

func service(
    _ name: String, in namespace: String = "default", ports: [ServicePort] = [port(80)],
    selector: [String: String]? = nil, exportTo: String? = nil, externalName: String = ""
) -> Rule {
    var spec = KubernetesService()
    spec.ports = ports
    spec.selector = selector ?? ["app": name]
    spec.externalName = externalName
    let annotations = exportTo.map { ["networking.istio.io/exportTo": $0] } ?? [:]
    return rule(.service, name, in: namespace, annotations: annotations, .service(spec))
}

func workload(
    _ name: String, _ address: String = "10.0.0.1", in namespace: String = "default", ports: [String: UInt32] = [:],
    labels: [String: String] = [:], weight: UInt32 = 0, metadata: [String: String] = [:]
) -> Rule {
    var spec = WorkloadEntry()
    spec.address = address
    spec.ports = ports
    spec.labels = labels
    spec.weight = weight
    return rule(.workloadEntry, name, in: namespace, labels: metadata, .workloadEntry(spec))
}

func serviceEntry(
    named name: String = "entry", in namespace: String = "default", host: String = "api.example.com",
    _ resolution: ServiceEntry.Resolution, ports: [ServicePort] = [port(80)], addresses: [String] = [],
    exportTo: [String] = [], selector: [String: String]? = nil
) -> Rule {
    var spec = ServiceEntry()
    spec.hosts = [host]
    spec.resolution = resolution
    spec.ports = ports
    spec.exportTo = exportTo
    spec.workloadSelector = selector
    spec.endpoints = addresses.map { address in
        var endpoint = WorkloadEntry()
        endpoint.address = address
        return endpoint
    }
    return rule(.serviceEntry, name, in: namespace, .serviceEntry(spec))
}

func destinationRule(
    _ name: String, in namespace: String = "default", host: String, policy: TrafficPolicy? = nil,
    subsets: [Subset] = [], exportTo: [String] = [], selector: [String: String]? = nil, created: Double? = nil
) -> Rule {
    var spec = DestinationRule()
    spec.host = host
    spec.trafficPolicy = policy
    spec.subsets = subsets
    spec.exportTo = exportTo
    spec.workloadSelector = selector
    return rule(.destinationRule, name, in: namespace, created: created, .destinationRule(spec))
}

func subset(_ name: String, _ labels: [String: String] = [:], policy: TrafficPolicy? = nil) -> Subset {
    var subset = Subset(name: name)
    subset.labels = labels
    subset.trafficPolicy = policy
    return subset
}

/// A policy that can be told from others by its number.
func policy(connections: UInt32? = nil, _ change: (inout TrafficPolicy) -> Void = { _ in }) -> TrafficPolicy {
    var policy = TrafficPolicy()
    if let connections {
        var pool = ConnectionPool()
        pool.maxConnections = connections
        policy.connectionPool = pool
    }
    change(&policy)
    return policy
}

extension ServiceRegistry {
    func cluster(_ name: String) -> Cluster? { clusters().first { $0.name == name } }
}

extension Cluster {
    var addresses: [String] { loadAssignment.endpoints.map(\.address.description) }
    var maxConnections: UInt32? { circuitBreakers.thresholds.first?.maxConnections }
}
