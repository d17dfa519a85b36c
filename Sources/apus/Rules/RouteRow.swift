import ApusConfig

/// A route, and where it stands.
struct RouteRow {
    var listener: String
    /// The name of its route configuration.
    var table = ""
    var host: String
    var domains: [String]
    /// Envoy's JSON.
    var route: ConfigValue
    var match: String
    var target: String
    var mirror = ""
    var fault = ""
    var retryPolicy: ConfigValue?

    /// The document that it comes from.
    var origin: ConfigValue? { route["metadata"]?["filter_metadata"]?["apus"] }

    /// `VirtualService/default/reviews:12`; the route's name where no rule has made it.
    var from: String {
        guard let document = origin?["document"]?.text else { return route["name"]?.text ?? "" }
        return "\(document):\(origin?["line"]?.whole ?? 0)"
    }

    /// The routes of all listeners: hosts that rules speak of come first, those of one host in the order in which they are
    /// tried.
    static func all(_ listeners: [ConfigValue]) -> [RouteRow] {
        listeners.flatMap { listener -> [RouteRow] in
            let name = name(of: listener)
            let chains =
                (listener["filter_chains"]?.list ?? []) + [listener["default_filter_chain"]].compactMap { $0 }
            let rows = chains.flatMap { $0["filters"]?.list ?? [] }.compactMap { $0["typed_config"] }
                .flatMap { filter in
                    if let table = filter["route_config"] { return http(table, filter, name) }
                    return tcp(filter, name)
                }
            let ruled = Set(rows.filter { $0.origin != nil }.map { [$0.table, $0.host] })
            return rows.filter { ruled.contains([$0.table, $0.host]) }
                + rows.filter { !ruled.contains([$0.table, $0.host]) }
        }
    }

    /// The address where there is no name.
    private static func name(of listener: ConfigValue) -> String {
        if let name = listener["name"]?.text, !name.isEmpty { return name }
        let socket = listener["address"]?["socket_address"]
        guard let host = socket?["address"]?.text else { return listener["address"]?["pipe"]?["path"]?.text ?? "" }
        return "\(host):\(socket?["port_value"]?.whole ?? 0)"
    }

    private static func tcp(_ filter: ConfigValue, _ listener: String) -> [RouteRow] {
        guard filter["@type"]?.text?.hasSuffix(".TcpProxy") == true else { return [] }
        return [
            RouteRow(
                listener: listener, host: "*", domains: ["*"], route: .object([]), match: "TCP",
                target: RouteWords.cluster(filter))
        ]
    }

    private static func http(_ table: ConfigValue, _ manager: ConfigValue, _ listener: String) -> [RouteRow] {
        let fault = (manager["http_filters"]?.list ?? []).compactMap { $0["typed_config"] }
            .first(where: RouteWords.isFault)
        return (table["virtual_hosts"]?.list ?? []).flatMap { host in
            let domains = (host["domains"]?.list ?? []).compactMap(\.text)
            // What a route does not say, its virtual host may say for it, and so on.
            func inherited(_ name: String, _ action: ConfigValue?) -> ConfigValue? {
                [action?[name], host[name], table[name]].compactMap { $0 }.first { $0 != .array([]) }
            }
            return (host["routes"]?.list ?? []).map { route in
                let action = route["route"]
                return RouteRow(
                    listener: listener, table: table["name"]?.text ?? "",
                    host: shownHost(domains, name: host["name"]?.text ?? ""), domains: domains, route: route,
                    match: RouteWords.match(route["match"]), target: RouteWords.target(route),
                    mirror: action == nil
                        ? "" : RouteWords.mirrors(inherited("request_mirror_policies", action)),
                    fault: RouteWords.fault(
                        RouteWords.fault(of: route) ?? RouteWords.fault(of: host) ?? RouteWords.fault(of: table)
                            ?? fault),
                    retryPolicy: action == nil ? nil : inherited("retry_policy", action))
            }
        }
    }

    /// One name for spellings of one host; else the first of the domains, and how many more.
    private static func shownHost(_ domains: [String], name: String) -> String {
        let first = domains.first ?? ""
        if domains.contains(name) { return RouteWords.shortHost(name) }
        return RouteWords.shortHost(first) + (domains.count > 1 ? " and \(domains.count - 1) more" : "")
    }

    /// Whether a host that somebody names is this one: `reviews`, `reviews.default`, `reviews.default:9080`.
    func has(_ host: String) -> Bool {
        let wanted = host.lowercased()
        if wanted == self.host.lowercased() { return true }
        return domains.contains { domain in
            let domain = domain.lowercased()
            let name = domain.hasPrefix("[") ? domain : String(domain.prefix { $0 != ":" })
            if wanted == domain || wanted == name || name.hasPrefix(wanted + ".") { return true }
            if domain.hasPrefix("*"), domain.count > 1 {
                return wanted.count > domain.count - 1 && wanted.hasSuffix(domain.dropFirst())
            }
            guard domain.hasSuffix("*"), domain.count > 1 else { return false }
            return wanted.count > domain.count - 1 && wanted.hasPrefix(domain.dropLast())
        }
    }

    var json: ConfigValue {
        .object([
            ConfigMember(name: "listener", value: .string(listener)),
            ConfigMember(name: "route_config", value: .string(table)),
            ConfigMember(name: "host", value: .string(host)),
            ConfigMember(name: "domains", value: .array(domains.map(ConfigValue.string))),
            ConfigMember(name: "match", value: .string(match)), ConfigMember(name: "to", value: .string(target)),
            ConfigMember(name: "from", value: .string(from)), ConfigMember(name: "route", value: route),
        ])
    }
}
