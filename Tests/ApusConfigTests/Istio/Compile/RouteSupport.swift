@testable import ApusConfig

/// A registry that knows what a test tells it.
final class TestServices: ServiceDirectory {
    var services: [RegisteredService] = []
    var sidecar: Sidecar?
    var hashed: Set<String> = []
    var subsets: Set<String> = []
    var unreachable: Set<String> = []

    func service(_ host: String) -> RegisteredService? {
        services.first { $0.host.lowercased() == host.lowercased() }
    }

    func isReachable(host: String, namespace: String) -> Bool { !unreachable.contains("\(namespace)/\(host)") }

    func hashPolicies(host: String, subset: String, port: UInt32) -> [HashPolicy] {
        hashed.contains(host) ? [HashPolicy(key: .sourceIP)] : []
    }

    func hasSubset(_ subset: String, of host: String) -> Bool { subsets.contains("\(host)+\(subset)") }

    /// A Service of Kubernetes; ports are HTTP unless a name says otherwise.
    @discardableResult
    func add(
        _ name: String, in namespace: String = "default", ports: [UInt32] = [80], tcp: Set<UInt32> = [],
        addresses: [String] = [], isHeadless: Bool = false, externalName: String = ""
    ) -> TestServices {
        let rule = Rule(
            name: RuleName(kind: .service, namespace: namespace, name: name), spec: .service(KubernetesService()))
        services.append(
            RegisteredService(
                host: "\(name).\(namespace).svc.cluster.local", name: name, namespace: namespace,
                ports: ports.map { servicePort($0, isTCP: tcp.contains($0)) }, addresses: addresses,
                isHeadless: isHeadless, isExternal: false, externalName: externalName, resolution: nil, rule: rule))
        return self
    }

    /// A host of a ServiceEntry.
    @discardableResult
    func add(
        entry host: String, ports: [UInt32] = [80], isExternal: Bool = true, addresses: [String] = []
    ) -> TestServices {
        var spec = ServiceEntry()
        spec.hosts = [host]
        let rule = Rule(
            name: RuleName(kind: .serviceEntry, namespace: "default", name: host), spec: .serviceEntry(spec))
        services.append(
            RegisteredService(
                host: host, name: host, namespace: "default", ports: ports.map { servicePort($0) },
                addresses: addresses, isHeadless: false, isExternal: isExternal, externalName: "", resolution: .dns,
                rule: rule))
        return self
    }

    private func servicePort(_ number: UInt32, isTCP: Bool = false) -> ServicePort {
        var port = ServicePort(number: number)
        port.protocol = isTCP ? .tcp : .http
        return port
    }
}

func virtualService(
    _ name: String, in namespace: String = "default", hosts: [String] = [], gateways: [String]? = nil,
    exportTo: [String] = [], created: Double? = nil, _ rules: HTTPRule...
) -> Rule {
    var spec = VirtualService()
    spec.hosts = hosts
    spec.gateways = gateways
    spec.exportTo = exportTo
    spec.http = rules
    return Rule(
        name: RuleName(kind: .virtualService, namespace: namespace, name: name), created: created,
        spec: .virtualService(spec))
}

func gateway(
    _ name: String, in namespace: String = "default", selector: [String: String] = [:], created: Double? = nil,
    _ servers: GatewayServer...
) -> Rule {
    var spec = Gateway()
    spec.selector = selector
    spec.servers = servers
    return Rule(
        name: RuleName(kind: .gateway, namespace: namespace, name: name), created: created, spec: .gateway(spec))
}

func server(
    _ port: UInt32, _ protocol: GatewayProtocol = .http, hosts: String..., bind: String = "", redirects: Bool = false
) -> GatewayServer {
    var server = GatewayServer(port: port, protocol: `protocol`)
    server.hosts = hosts
    server.bind = bind
    if redirects {
        var tls = ServerTLSSettings()
        tls.httpsRedirect = true
        server.tls = tls
    }
    return server
}

/// A rule that sends everything that it matches to one host.
func rule(to host: String = "b", _ matches: HTTPMatch..., change: (inout HTTPRule) -> Void = { _ in }) -> HTTPRule {
    var rule = HTTPRule()
    rule.match = matches
    rule.route = [HTTPDestination(destination: Destination(host: host))]
    change(&rule)
    return rule
}

func match(_ uri: StringMatch? = nil, change: (inout HTTPMatch) -> Void = { _ in }) -> HTTPMatch {
    var match = HTTPMatch()
    match.uri = uri
    change(&match)
    return match
}

func ruleSet(_ rules: [Rule]) -> RuleSet {
    var set = RuleSet()
    for rule in rules { set.apply(rule) }
    return set
}

func compilation(
    _ rules: [Rule] = [], services: TestServices = TestServices().add("b"), labels: [String: String] = [:],
    namespace: String = "default"
) -> RouteCompilation {
    var identity = ProxyIdentity()
    identity.namespace = namespace
    identity.labels = labels
    return RouteCompilation(identity: identity, registry: services, rules: ruleSet(rules))
}

/// The routes that one rule makes on port 80 of the mesh.
func routes(_ rules: HTTPRule..., services: TestServices = TestServices().add("b"), labels: [String: String] = [:])
    -> [Route]
{
    var spec = VirtualService()
    spec.hosts = ["b"]
    spec.http = rules
    let rule = Rule(
        name: RuleName(kind: .virtualService, namespace: "default", name: "b"), spec: .virtualService(spec))
    return compilation([rule], services: services, labels: labels).routes(of: rule, in: .mesh(port: 80))
}

extension Route {
    var forwarding: RouteAction? { if case .route(let action) = action { action } else { nil } }

    /// `name: prefix /x -> outbound|80||b...`
    var printed: String {
        let path =
            switch match.path {
            case .prefix(let text): "prefix \(text)"
            case .path(let text): "exact \(text)"
            case .safeRegex(let regex): "regex \(regex.regex)"
            case .pathSeparatedPrefix(let text): "separated \(text)"
            case .connect: "connect"
            }
        let target =
            switch action {
            case .route(let action): action.cluster.printed
            case .redirect: "redirect"
            case .directResponse(let response): "\(response.status)"
            case .nonForwarding: "nothing"
            }
        let more = match.headers.map { " \($0.name)" }.joined()
        return "\(name.isEmpty ? "" : "\(name): ")\(path)\(more) -> \(target)"
    }
}

extension ClusterSpecifier {
    var printed: String {
        func short(_ name: String) -> String { name.replacing(".svc.cluster.local", with: "") }
        switch self {
        case .cluster(let name): return short(name)
        case .clusterHeader(let name): return name
        case .weightedClusters(let split):
            return split.clusters.map { target in
                guard case .name(let name) = target.cluster else { return "?" }
                return "\(target.weight) \(short(name))"
            }.joined(separator: ", ")
        }
    }
}

extension HeaderMutation {
    /// `-gone =set:value +added:value`
    var printed: String {
        (remove.map { "-\($0)" }
            + add.map { "\($0.appendAction == .overwriteIfExistsOrAdd ? "=" : "+")\($0.key):\($0.value.text)" })
            .joined(separator: " ")
    }
}

extension Listener {
    var manager: HTTPConnectionManager? {
        guard case .httpConnectionManager(let manager)? = filterChains.first?.filters.first else { return nil }
        return manager
    }

    var hosts: [VirtualHost] { manager?.routeConfig.virtualHosts ?? [] }

    /// The routes of the virtual host that has exactly this domain, printed.
    func routes(of domain: String) -> [String]? {
        hosts.first { $0.domains.contains(domain) }?.routes.map(\.printed)
    }
}
