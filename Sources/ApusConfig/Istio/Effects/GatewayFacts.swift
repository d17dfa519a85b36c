extension Portrait {
    mutating func draw(_ gateway: Gateway) {
        if !gateway.selector.isEmpty {
            facts = [.setting("for proxies with", EffectText.labels(gateway.selector))]
        }
        groups = gateway.servers.map { server in
            var facts = [Fact.setting("protocol", server.protocol == .unknown ? "not said" : server.protocol.rawValue)]
            facts.append(.list("hosts", server.hosts))
            if !server.name.isEmpty { facts.append(.setting("name", server.name)) }
            if !server.portName.isEmpty { facts.append(.setting("port name", server.portName)) }
            if !server.bind.isEmpty { facts.append(.setting("bind", server.bind)) }
            if let tls = server.tls { facts += TLSFacts.of(tls) }
            return FactGroup(name: "port \(server.port)", facts: facts)
        }
    }
}
