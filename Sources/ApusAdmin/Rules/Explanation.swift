import ApusConfig
import ApusProxy

/// Which route takes a request, why each one before it does not, and what then happens to it.
struct Explanation {
    let listener: Listener
    let manager: HTTPConnectionManager
    let finding: RouteFinding
    /// Rules of the same VirtualService that have no route here.
    var absent: [AbsentRule] = []
    /// VirtualServices of the same host that are not heard, since another is older.
    var unheard: [RuleName] = []

    var virtualHost: VirtualHost? { finding.virtualHost.map { manager.routeConfig.virtualHosts[$0] } }

    var route: Route? {
        guard case .route(let host, let route) = finding.outcome else { return nil }
        return manager.routeConfig.virtualHosts[host].routes[route]
    }

    /// Whether a virtual host was found that is meant for this host, and not the one for whatever nobody knows.
    var isForThisHost: Bool { virtualHost.map { !$0.domains.contains("*") } ?? false }

    // MARK: As an answer

    func json(_ clusters: [ClusterReading]) -> ConfigValue {
        var members: [(String, ConfigValue)] = [
            (
                "request",
                .members(("authority", .string(finding.authority)), ("path", .string(finding.target)))
            ),
            (
                "listener",
                .members(
                    ("name", .string(listener.title)),
                    ("address", .string(listener.address.description)),
                    ("route_config", .string(manager.routeConfig.name)))
            ),
        ]
        if let virtualHost {
            members.append(
                (
                    "virtual_host",
                    .members(("name", .string(virtualHost.name)), ("domain", .string(finding.domain)))
                ))
        }
        members.append(("passed_over", .array(passedOver)))
        if !unheard.isEmpty { members.append(("unheard", .array(unheard.map { .string($0.description) }))) }
        if let route {
            members.append(("route", route.encoded))
            members.append(contentsOf: route.origin)
            members.append(("clusters", .array(route.clusterNames.map { Self.describe($0, clusters) })))
            let scripts = manager.httpFilters.filter { if case .lua = $0.settings { true } else { false } }
            members.append(("scripts", .array(scripts.map { .string($0.name) })))
        } else {
            members.append(("answer", .string(answer)))
        }
        return .members(members)
    }

    /// The routes before the one that takes the request, and rules without a route, in the order of their lines.
    private var passedOver: [ConfigValue] {
        guard let virtualHost else { return [] }
        var rows: [(document: String, line: Int, value: ConfigValue)] = []
        for (route, objections) in zip(virtualHost.routes, finding.objections) {
            let why = objections.isEmpty ? ["it takes only a share of requests"] : objections
            var members: [(String, ConfigValue)] = [("name", .string(route.name))] + route.origin
            members.append(("match", route.match.encoded))
            members.append(("why", .array(why.map(ConfigValue.string))))
            let object = ConfigValue.members(members)
            let origin = route.metadata.ruleOrigin
            rows.append((origin?.document ?? "", origin?.line ?? 0, object))
        }
        let taken = route?.metadata.ruleOrigin
        for rule in absent {
            if let taken, taken.document == rule.document.description, taken.line < rule.line { continue }
            let object = ConfigValue.members(
                ("name", .string(rule.name)), ("document", .string(rule.document.description)),
                ("line", .number(Double(rule.line))), ("why", .array([.string(rule.reason)])))
            let place =
                rows.firstIndex { $0.document == rule.document.description && $0.line > rule.line } ?? rows.endIndex
            rows.insert((rule.document.description, rule.line, object), at: place)
        }
        return rows.map(\.value)
    }

    /// What is answered when no route takes the request.
    private var answer: String {
        switch finding.outcome {
        case .refused(let status, let details): "\(status) before any route is looked for (\(details))"
        case .noVirtualHost: "404: no virtual host of this listener has the host \(finding.authority)"
        case .noRoute: "404: none of the virtual host's routes takes the request"
        case .secured: "301 to https, which the virtual host asks for"
        case .route: ""
        }
    }

    private static func describe(_ name: String, _ clusters: [ClusterReading]) -> ConfigValue {
        guard let cluster = clusters.first(where: { $0.name == name }) else {
            return .members(("name", .string(name)), ("exists", .bool(false)))
        }
        return .members(
            ("name", .string(name)), ("exists", .bool(true)), ("dynamic", .bool(cluster.isDynamic)),
            ("endpoints", .number(Double(cluster.endpoints.count))),
            ("usable", .number(Double(cluster.endpoints.count { $0.isUsable }))))
    }
}

extension Route {
    /// The document and the line that it comes from, where a rule has made it; else its place in the configuration.
    fileprivate var origin: [(String, ConfigValue)] {
        if let origin = metadata.ruleOrigin {
            return [("document", .string(origin.document)), ("line", .number(Double(origin.line)))]
        }
        return source.file.isEmpty
            ? [] : [("document", .string(source.file)), ("line", .number(Double(source.line)))]
    }

    /// The names of all clusters that its requests and their copies go to.
    fileprivate var clusterNames: [String] {
        guard case .route(let action) = action else { return [] }
        var names: [String] = []
        switch action.cluster {
        case .cluster(let name): names.append(name)
        case .weightedClusters(let split):
            for target in split.clusters { if case .name(let name) = target.cluster { names.append(name) } }
        case .clusterHeader: break
        }
        for mirror in action.requestMirrorPolicies { if case .cluster(let name) = mirror.target { names.append(name) } }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
