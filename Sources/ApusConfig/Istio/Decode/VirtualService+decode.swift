extension VirtualService {
    static func decode(_ field: Field) -> VirtualService? {
        field.message("networking.istio.io.VirtualService") { message in
            var service = VirtualService()
            service.source = message.source
            let hosts = message["hosts"]
            service.hosts = hosts.map { names(of: $0) } ?? []
            let gateways = message["gateways"]
            // An empty list is none.
            service.gateways = gateways.flatMap { $0.isEmptyList ? nil : GatewayReference.decode($0) }
            let isDelegate = hosts.map(\.isEmptyList) ?? true
            if isDelegate, service.gateways != nil { gateways?.report(.delegateWith("gateways")) }
            let isOfMesh = service.gateways.map { $0.contains("mesh") } ?? true
            if isOfMesh, let hosts {
                hosts.quietElements.filter { $0.text == "*" }.forEach { $0.report(.wildcardOnMesh) }
            }
            let http = message["http"]
            service.http = http?.elements.compactMap { HTTPRule.decode($0, isDelegate: isDelegate) } ?? []
            let others = ["tcp", "tls"].compactMap { name in message[name].map { (name: name, list: $0) } }
            for (name, list) in others where !list.isEmptyList {
                service.hasTCPOrTLS = true
                if isDelegate { list.report(.delegateWith("\(name) rules")) }
                for rule in list.elements { TCPRule.check(rule, isTLS: name == "tls") }
                list.warn(VirtualServiceWarning.unroutedRules(name))
            }
            if http?.isEmptyList ?? true, !service.hasTCPOrTLS { field.report(.nothingProvided) }
            service.exportTo = message.exportTo()
            return service
        }
    }

    private static func names(of list: Field) -> [String] {
        var isGood = true
        let elements = list.elements
        let hosts = elements.compactMap { field -> String? in
            guard let host = field.string() else { return nil }
            if let problem = NameText.problem(ofHost: host, wildcard: true), !AddressText.isIP(host) {
                field.report(problem)
                isGood = false
            }
            return host
        }
        if isGood, hosts.count == elements.count { HostOverlap.check(hosts, at: elements) }
        return hosts
    }
}

/// Hosts of one VirtualService that stand for the same requests: `*.foo.com` and `a.foo.com`.
private enum HostOverlap {
    static func check(_ hosts: [String], at fields: [Field]) {
        guard hosts.count > 1 else { return }
        var seen: [String: Int] = [:]
        var wildcards: [Substring: Int] = [:]
        for (index, host) in hosts.enumerated() {
            let name = host.lowercased()
            if let first = seen[name] {
                fields[max(first, index)].report(.duplicateHosts(hosts[first], host))
                continue
            }
            seen[name] = index
            if name.hasPrefix("*") { wildcards[name.dropFirst()] = index }
        }
        guard !wildcards.isEmpty else { return }
        for (index, host) in hosts.enumerated() {
            let name = host.lowercased()
            let own = name.hasPrefix("*") ? name.dropFirst() : name[...]
            guard let other = wildcard(covering: own, isWildcard: name.hasPrefix("*"), among: wildcards), other != index
            else { continue }
            fields[max(index, other)].report(.duplicateHosts(hosts[min(index, other)], hosts[max(index, other)]))
        }
    }

    /// Wildcards end in a whole label or behind a hyphen, or are `*` alone.
    private static func wildcard(
        covering name: Substring, isWildcard: Bool, among wildcards: [Substring: Int]
    ) -> Int? {
        var rest = name
        if isWildcard { rest = rest.dropFirst() }
        while let index = rest.firstIndex(where: { $0 == "." || $0 == "-" }) {
            if let found = wildcards[name[index...]] { return found }
            rest = rest[rest.index(after: index)...]
        }
        return isWildcard && name.isEmpty ? nil : wildcards[""]
    }
}

/// Names of gateways in a rule or a match.
enum GatewayReference {
    static func decode(_ list: Field) -> [String] {
        list.elements.compactMap { field in
            guard let name = field.string() else { return nil }
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            switch parts.count {
            case 1 where NameText.problem(ofHost: name, wildcard: false) == nil:
                if name.hasSuffix(".svc.cluster.local") { field.warn(.legacyGateway(name)) }
            case 2 where (parts[0] == "." || NameText.isLabel(parts[0])) && NameText.isLabel(parts[1]): break
            default: field.report(.badGateway(name))
            }
            return name
        }
    }
}

/// `TCPRoute` and `TLSRoute`: checked, though nothing is routed by them.
private enum TCPRule {
    static func check(_ field: Field, isTLS: Bool) {
        field.read(isTLS ? "networking.istio.io.TLSRoute" : "networking.istio.io.TCPRoute") { message in
            let matches = message["match"]
            if isTLS, matches?.isEmptyList ?? true { (matches ?? field).report(.noSNIHosts) }
            matches?.elements.forEach { check(match: $0, isTLS: isTLS) }
            let routes = message["route"]
            if routes?.isEmptyList ?? true { (routes ?? field).report(.noTCPRoute) }
            let weights = routes?.elements.map { element -> UInt32? in
                var weight: UInt32?
                element.read("networking.istio.io.RouteDestination") { message in
                    Destination.required(message)
                    weight = message["weight"].map { HTTPDestination.weight($0) } ?? 0
                }
                return weight
            }
            if let routes, let weights { HTTPDestination.check(weights, at: routes) }
        }
    }

    private static func check(match field: Field, isTLS: Bool) {
        field.read(isTLS ? "networking.istio.io.TLSMatchAttributes" : "networking.istio.io.L4MatchAttributes") {
            message in
            if isTLS {
                let hosts = message["sni_hosts"]
                if hosts?.isEmptyList ?? true { (hosts ?? field).report(.noSNIHosts) }
                hosts?.elements.forEach { _ = $0.host(wildcard: true) }
            } else {
                _ = message["source_subnet"]?.string()
            }
            message["destination_subnets"]?.elements.forEach { subnet in
                if let text = subnet.string(), !AddressText.isIPOrBlock(text) { subnet.report(.noIPOrBlock(text)) }
            }
            _ = message["port"]?.portNumber()
            _ = message["source_labels"]?.labels()
            _ = message["gateways"].map(GatewayReference.decode)
            _ = message["source_namespace"]?.string()
        }
    }
}
