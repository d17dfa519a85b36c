extension Sidecar {
    static func decode(_ field: Field) -> Sidecar? {
        field.message("networking.istio.io.Sidecar") { message in
            var sidecar = Sidecar()
            sidecar.source = message.source
            sidecar.workloadSelector = message["workload_selector"]?.workloadSelector("labels")
            let used = ["egress", "ingress", "outbound_traffic_policy", "inbound_connection_pool"].filter(message.has)
            let egress = message["egress"]
            if used.isEmpty || (used == ["egress"] && egress?.isEmptyList == true) { field.report(SidecarError.empty) }
            sidecar.egressHosts = egress.flatMap(EgressListener.hosts)
            message["ingress"].map(IngressListener.check)
            sidecar.outboundTrafficPolicy = message["outbound_traffic_policy"].flatMap(OutboundPolicy.decode)
            if let pool = message["inbound_connection_pool"] {
                _ = ConnectionPool.decode(pool)
                pool.warn(.ignored("inboundConnectionPool"))
            }
            return sidecar
        }
    }
}

extension OutboundPolicy {
    /// An empty message has the enumeration's zero: REGISTRY_ONLY.
    fileprivate static func decode(_ field: Field) -> OutboundPolicy? {
        field.message("networking.istio.io.OutboundTrafficPolicy") { message in
            message["egress_proxy"]?.report(.unsupportedField("egressProxy"))
            guard let mode = message["mode"] else { return .registryOnly }
            return mode.enumeration(["REGISTRY_ONLY": .registryOnly, "ALLOW_ANY": .allowAny])
        }
    }
}

/// `IstioEgressListener`: which hosts are known; Apus opens no listeners for them.
private enum EgressListener {
    /// Of all listeners; nil without any.
    static func hosts(_ list: Field) -> [String]? {
        let elements = list.elements
        var ports: Set<UInt32> = []
        var sockets: Set<String> = []
        var hosts: [String] = []
        for (index, field) in elements.enumerated() {
            field.read("networking.istio.io.IstioEgressListener") { message in
                let bind = message["bind"]
                let capture = message["capture_mode"]
                if let port = message["port"] {
                    let number = SidecarPort.check(port, bind: bind, capture: capture)
                    if let number, number != 0, !ports.insert(number).inserted { port.report(.duplicatePort(number)) }
                    if number == 0, let path = bind?.text, !sockets.insert(path).inserted {
                        port.report(.duplicateSocket(path))
                    }
                    if let number, number != 0 {
                        port.warn(.portIgnored(number))
                    } else {
                        port.warn(SidecarWarning.ignored("port"))
                    }
                } else {
                    if index != elements.count - 1 { field.report(SidecarError.portlessNotLast) }
                    SidecarPort.checkUnused(bind: bind, capture: capture)
                }
                let list = message["hosts"]
                if list == nil || list?.isEmptyList == true { (list ?? field).report(SidecarError.noHosts) }
                hosts += list.map(readHosts) ?? []
            }
        }
        return elements.isEmpty ? nil : hosts
    }

    private static func readHosts(_ list: Field) -> [String] {
        var seen: [Substring: Set<Substring>] = [:]
        let fields = list.elements
        let hosts = fields.compactMap { field -> String? in
            guard let text = field.string() else { return nil }
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                field.report(.hostWithoutNamespace(text))
                return nil
            }
            check(namespace: parts[0], host: String(parts[1]), at: field, whole: text)
            let others = seen[parts[0], default: []]
            let isThere = parts[1] == "*" ? !others.isEmpty : others.contains(parts[1]) || others.contains("*")
            if isThere { field.warn(.duplicateHost(text)) }
            seen[parts[0], default: []].insert(parts[1])
            return text
        }
        // Exclusions are no additions.
        if seen["*"]?.contains("*") == true, seen.keys.contains(where: { $0 != "*" && !$0.hasPrefix("~") }) {
            list.warn(.hostBesideAll)
        }
        return hosts
    }

    private static func check(namespace: Substring, host: String, at field: Field, whole: String) {
        let name = namespace.hasPrefix("~") ? namespace.dropFirst() : namespace
        let isNone = namespace == "~"
        if !isNone, name != "*", name != ".", !NameText.isLabel(name) {
            field.report(.badNamespace(String(namespace), host: whole))
        }
        if let problem = NameText.problem(ofHost: host, wildcard: true) {
            field.report(problem)
        } else if host != "*", !host.contains(".") {
            field.report(.shortHost(host))
        } else if NameText.isPartialWildcard(host) {
            field.report(.partialWildcard(host))
        }
    }
}

/// `IstioIngressListener`: checked, and of no effect, as nothing comes in through Apus to a service.
private enum IngressListener {
    static func check(_ list: Field) {
        var ports: Set<UInt32> = []
        for field in list.elements {
            field.read("networking.istio.io.IstioIngressListener") { message in
                let bind = message["bind"]
                let capture = message["capture_mode"]
                if let port = message["port"] {
                    let number = SidecarPort.check(port, bind: bind, capture: capture, isIngress: true)
                    if let number, !ports.insert(number).inserted { port.report(.duplicatePort(number)) }
                } else {
                    field.report(SidecarError.portMissing)
                    SidecarPort.checkUnused(bind: bind, capture: capture)
                }
                message["default_endpoint"].map(checkEndpoint)
                message["tls"].map(checkTLS)
                if let pool = message["connection_pool"] { _ = ConnectionPool.decode(pool) }
            }
        }
        list.warn(.ignored("ingress"))
    }

    private static func checkEndpoint(_ field: Field) {
        guard let text = field.string(), !text.isEmpty else { return }
        if text.hasPrefix(AddressText.unixPrefix) {
            let path = text.dropFirst(AddressText.unixPrefix.count)
            if !AddressText.isUnixPath(path) { field.report(.badUnixPath(String(path))) }
            return
        }
        let colon = text.lastIndex(of: ":") ?? text.startIndex
        let port = text[colon...].dropFirst()
        let hosts = ["", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"]
        let isPort = port.utf8.allSatisfy { (48...57).contains($0) } && (1...65535).contains(Int(port) ?? 0)
        if !hosts.contains(String(text[..<colon])) || !isPort { field.report(.badEndpoint(text)) }
    }

    private static func checkTLS(_ field: Field) {
        guard let tls = ServerTLSSettings.decode(field) else { return }
        if tls.httpsRedirect { field.report(.ingressTLS("httpsRedirect")) }
        if !tls.subjectAltNames.isEmpty { field.report(.ingressTLS("subjectAltNames")) }
        if !tls.credentialName.isEmpty { field.report(.ingressTLS("credentialName")) }
        if tls.mode == .istioMutual || tls.mode == .autoPassthrough {
            field.report(.ingressTLS("mode \(tls.mode.rawValue)"))
        }
    }
}

/// `SidecarPort` with what stands beside it.
private enum SidecarPort {
    /// The port's number; 0 for a socket.
    static func check(_ field: Field, bind: Field?, capture: Field?, isIngress: Bool = false) -> UInt32? {
        field.message("networking.istio.io.SidecarPort") { message in
            let written = message["number"]
            let number = written.map { $0.integer(UInt32.self) } ?? 0
            _ = message["protocol"]?.portProtocol()
            if let name = message["name"], name.text != "" { _ = name.portName() }
            if let target = message["target_port"], let port = target.integer(UInt32.self), port != 0 {
                target.report(SidecarError.targetPort)
            }
            let address = bind?.string() ?? ""
            let mode = captureMode(capture)
            if isIngress || (number ?? 0) != 0 {
                if number != nil { _ = (written ?? field).portNumber() }
                if !address.isEmpty, !AddressText.isIP(address) { bind?.report(.noIP(address)) }
            } else if address.hasPrefix(AddressText.unixPrefix) {
                let path = address.dropFirst(AddressText.unixPrefix.count)
                if !AddressText.isUnixPath(path) { bind?.report(.badUnixPath(String(path))) }
                if mode == "IPTABLES" { capture?.report(.captureOfSocket) }
            } else if number == 0 {
                (written ?? field).report(SidecarError.zeroWithoutSocket)
            }
            return number
        }
    }

    /// Without a port they say nothing, but must be right.
    static func checkUnused(bind: Field?, capture: Field?) {
        if let bind, let address = bind.string(), !address.isEmpty { bind.warn(.ignored("bind")) }
        if let mode = captureMode(capture), mode != "DEFAULT" { capture?.warn(.ignored("captureMode")) }
    }

    private static func captureMode(_ field: Field?) -> String? {
        field?.enumeration(["DEFAULT": "DEFAULT", "IPTABLES": "IPTABLES", "NONE": "NONE"])
    }
}
