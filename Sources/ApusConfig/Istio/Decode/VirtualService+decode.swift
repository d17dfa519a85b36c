extension VirtualService {
    static func decode(_ field: Field) -> VirtualService? {
        field.message("networking.istio.io.VirtualService") { message in
            var service = VirtualService()
            service.source = message.source
            let hosts = message["hosts"]
            service.hosts = hosts?.elements.compactMap { $0.host(wildcard: true) } ?? []
            let gateways = message["gateways"]
            service.gateways = gateways.map { $0.elements.compactMap(gateway) }
            if service.gateways?.isEmpty == true { service.gateways = nil }
            let isOnMesh = service.gateways?.contains("mesh") ?? true
            service.http = message.each("http") { HTTPRule.decode($0) }
            let http = message.has("http")
            for name in ["tls", "tcp"] {
                guard let rules = message[name] else { continue }
                service.hasTCPOrTLS = true
                OtherRoutes.check(rules, isTLS: name == "tls")
                rules.warn(.rulesNotRouted(name))
                if service.hosts.isEmpty { rules.report(.delegateWith(name)) }
            }
            service.exportTo = message.exportTo()
            if service.hosts.isEmpty {
                // A delegate has none; whoever has gateways is none.
                if let gateways, service.gateways != nil { gateways.report(.delegateWith("gateways")) }
                if !http, !service.hasTCPOrTLS { (hosts ?? field).report(VirtualServiceError.noHosts) }
            } else if let hosts {
                checkHosts(hosts, isOnMesh: isOnMesh)
            }
            if !http, !service.hasTCPOrTLS, !service.hosts.isEmpty { field.report(.noRules) }
            return service
        }
    }

    private static func checkHosts(_ list: Field, isOnMesh: Bool) {
        let hosts = list.elements.compactMap { field in field.text.map { (name: $0, field: field) } }
        var known: [String: String] = [:]
        for (name, field) in hosts {
            if name == "*", isOnMesh { field.report(.wildcardOnMesh) }
            if let other = known[name.lowercased()] { field.report(.duplicateHosts(name, other)) }
            known[name.lowercased()] = name
        }
        for (name, field) in hosts where name.hasPrefix("*") {
            let suffix = name.dropFirst().lowercased()
            let covered = known.keys.sorted().first { $0 != name.lowercased() && $0.hasSuffix(suffix) }
            if let covered, let other = known[covered] { field.report(.duplicateHosts(name, other)) }
        }
    }

    private static func gateway(_ field: Field) -> String? {
        guard let text = field.string() else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.count == 1 && NameText.isObjectName(text)
        let isFull = parts.count == 2 && (parts[0] == "." || NameText.isLabel(parts[0])) && NameText.isLabel(parts[1])
        if !isName, !isFull { field.report(.badGateway(text)) }
        if isName, text.contains(".") { field.warn(.oldGatewayName(text)) }
        return text
    }
}

/// `tcp` and `tls` rules, which Apus keeps and does not route.
private enum OtherRoutes {
    static func check(_ rules: Field, isTLS: Bool) {
        for rule in rules.elements {
            rule.read("networking.istio.io.\(isTLS ? "TLSRoute" : "TCPRoute")") { message in
                let matches = message["match"]
                if isTLS, matches == nil { message.report(missing: "match") }
                for match in matches?.elements ?? [] { check(match: match, isTLS: isTLS) }
                guard let route = message.required("route") else { return }
                _ = HTTPDestination.decodeAll(route, headers: false)
            }
        }
    }

    private static func check(match field: Field, isTLS: Bool) {
        field.read("networking.istio.io.\(isTLS ? "TLSMatchAttributes" : "L4MatchAttributes")") { message in
            if isTLS {
                guard let names = message.required("sni_hosts") else { return }
                for name in names.elements { _ = name.host(wildcard: true) }
            } else {
                message.ignore("source_subnet")
            }
            message.ignore("destination_subnets")
            _ = message["port"]?.portNumber()
            _ = message["source_labels"]?.labels()
            _ = message.strings("gateways")
            _ = message.string("source_namespace")
        }
    }
}
