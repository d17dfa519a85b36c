import ApusConfig
import ApusProxy

extension RuleStore {
    /// Why a request cannot be explained.
    struct Unexplained: Error {
        let message: String
    }

    /// Finds out what would become of a request. `port`: the one in the URL, if its host is an address of this machine,
    /// so that it names a listener; `listener`: a name or a port that decides instead.
    func explain(_ request: AskedRequest, listener wanted: String?, port: Int?) async throws(Unexplained) -> Explanation
    {
        // Between two changes: what is looked at and what serves are the same.
        await enter()
        defer { leave() }
        let all = (inForce?.staticResources.listeners ?? []).compactMap { listener in
            listener.manager.map { (listener: listener, manager: $0) }
        }
        guard !all.isEmpty else { throw Unexplained(message: "no listener speaks HTTP") }
        var candidates = all
        if let wanted {
            candidates = all.filter { $0.listener.answers(to: wanted) }
            guard !candidates.isEmpty else {
                let names = all.map { $0.listener.title }.joined(separator: ", ")
                throw Unexplained(message: "there is no listener '\(wanted)' that speaks HTTP; there are \(names)")
            }
        } else if let port, case let own = all.filter({ $0.listener.port == port }), !own.isEmpty {
            candidates = own
        }
        var found: [Explanation] = []
        for (listener, manager) in candidates {
            let finding = await serving?.find(
                request, listener: listener.title, hosts: manager.routeConfig.virtualHosts)
            guard let finding else { continue }
            let explanation = Explanation(listener: listener, manager: manager, finding: finding)
            // The first that knows the host, in their order: a sidecar's own comes before those of Gateways.
            if explanation.isForThisHost { return complete(explanation) }
            found.append(explanation)
        }
        guard let first = found.first else { throw Unexplained(message: "no listener is open") }
        return complete(first)
    }

    private func complete(_ explanation: Explanation) -> Explanation {
        var explanation = explanation
        guard let host = explanation.virtualHost else { return explanation }
        // Virtual hosts of rules are called by their host and port.
        let colon = host.name.lastIndex(of: ":") ?? host.name.endIndex
        let port = UInt32(host.name[colon...].dropFirst()) ?? 0
        let rivals = compiler.virtualServices(of: host.name[..<colon].lowercased())
        var services: [RuleName] = []
        for route in host.routes {
            if let name = route.metadata.ruleOrigin?.virtualService, !services.contains(name) { services.append(name) }
        }
        // A VirtualService without any route here left the host to the service's own route.
        if services.isEmpty, let oldest = rivals.first { services.append(oldest) }
        for name in services {
            explanation.absent += compiler.absentRules(
                of: name, in: standing.rules, listener: explanation.listener.name, port: port)
        }
        if explanation.listener.name == "outbound" { explanation.unheard = Array(rivals.dropFirst()) }
        return explanation
    }
}

extension Listener {
    /// Its HTTP connection manager, if that is what it has.
    fileprivate var manager: HTTPConnectionManager? {
        if case .httpConnectionManager(let manager)? = chain?.filters.last { manager } else { nil }
    }

    fileprivate var port: Int? { if case .socket(_, let port) = address { Int(port) } else { nil } }

    /// Whether somebody means it: by its name, its address, or its port.
    fileprivate func answers(to text: String) -> Bool {
        text == title || text == address.description || port.map { text == "\($0)" || text == ":\($0)" } ?? false
    }
}
