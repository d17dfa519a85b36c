extension ServiceEntry {
    static func decode(_ field: Field) -> ServiceEntry? {
        field.message("networking.istio.io.ServiceEntry") { message in
            var entry = ServiceEntry()
            entry.source = message.source
            entry.resolution =
                message["resolution"]?.enumeration([
                    "NONE": .none, "STATIC": .static, "DNS": .dns, "DNS_ROUND_ROBIN": .dnsRoundRobin,
                    "DYNAMIC_DNS": .dynamicDNS,
                ]) ?? Resolution.none
            entry.location =
                message["location"]?.enumeration(["MESH_EXTERNAL": .meshExternal, "MESH_INTERNAL": .meshInternal])
                ?? .meshExternal
            let parts = Parts(message)
            entry.hosts = parts.hosts(resolution: entry.resolution)
            entry.addresses = parts.addresses?.elements.compactMap { $0.string() } ?? []
            entry.ports = parts.servicePorts()
            entry.endpoints = parts.workloads(of: entry)
            let selector = message["workload_selector"]
            entry.workloadSelector = selector?.workloadSelector("labels")
            if entry.workloadSelector != nil, parts.endpoints != nil { selector?.report(.endpointsAndSelector) }
            if entry.workloadSelector != nil, entry.resolution == .none { selector?.warn(.selectorWithoutResolution) }
            entry.exportTo = message.exportTo(nobody: true)
            entry.subjectAltNames = message.strings("subject_alt_names")
            parts.check(entry)
            return entry
        }
    }
}

/// The lists of a ServiceEntry whose rules look at each other.
private struct Parts {
    let field: Field
    let hosts: Field?
    let addresses: Field?
    let ports: Field?
    let endpoints: Field?

    init(_ message: Message) {
        field = message.field
        hosts = message["hosts"]
        addresses = message["addresses"]
        ports = message["ports"]
        endpoints = message["endpoints"]
    }

    func hosts(resolution: ServiceEntry.Resolution) -> [String] {
        let elements = hosts?.elements ?? []
        if hosts == nil || hosts?.isEmptyList == true { (hosts ?? field).report(ServiceEntryError.noHosts) }
        return elements.compactMap { host in
            if host.text == "*" {
                host.report(.wildcardHost)
                return "*"
            }
            let name = host.host(wildcard: true)
            if let name, NameText.isPartialWildcard(name), resolution != .dynamicDNS {
                host.warn(.partialWildcard(name))
            }
            return name
        }
    }

    func servicePorts() -> [ServicePort] {
        var names: Set<String> = []
        var numbers: Set<UInt32> = []
        return ports?.elements.compactMap { field in
            guard let port = ServicePort.decode(field) else { return nil }
            if !port.name.isEmpty, !names.insert(port.name).inserted {
                (field.member("name") ?? field).report(.portNameTwice(port.name))
            }
            if port.number != 0, !numbers.insert(port.number).inserted {
                (field.member("number") ?? field).report(.portNumberTwice(port.number))
            }
            return port
        } ?? []
    }

    func workloads(of entry: ServiceEntry) -> [WorkloadEntry] {
        let names = Set(entry.ports.map(\.name))
        return endpoints?.elements.compactMap { field in
            switch entry.resolution {
            case .static: WorkloadEntry.decode(field, as: .staticEndpoint(ports: names))
            case .dns, .dnsRoundRobin: WorkloadEntry.decode(field, as: .dnsEndpoint(ports: names))
            case .none, .dynamicDNS: WorkloadEntry.decode(field, as: .unused)
            }
        } ?? []
    }

    /// What the lists and the resolution say to each other.
    func check(_ entry: ServiceEntry) {
        checkAddresses(entry)
        switch entry.resolution {
        case .none:
            if !entry.endpoints.isEmpty { endpoints?.report(.endpointsWithoutResolution) }
        case .static: break
        case .dns, .dnsRoundRobin: checkDNS(entry)
        case .dynamicDNS: checkDynamic(entry)
        }
        // The Host header and the SNI tell hosts apart; plain TCP has neither.
        if entry.resolution != .none, entry.hosts.count > 1 {
            for (port, field) in portFields(entry) where !isTold(port.protocol) {
                field.report(.severalHostsWithTCP(port.name))
            }
        }
    }

    private func isTold(_ protocol: PortProtocol) -> Bool {
        `protocol`.isTLS || (`protocol`.isHTTP && `protocol` != .unnamed)
    }

    private func portFields(_ entry: ServiceEntry) -> [(ServicePort, Field)] {
        let fields = ports?.quietElements ?? []
        return fields.count == entry.ports.count ? Array(zip(entry.ports, fields)) : []
    }

    private func checkAddresses(_ entry: ServiceEntry) {
        let hasBlocks = entry.resolution == .none || entry.resolution == .static
        for address in addresses?.quietElements ?? [] {
            guard let text = address.text else { continue }
            if !AddressText.isIPOrBlock(text) {
                address.report(.noIPOrBlock(text))
            } else if text.contains("/"), !hasBlocks {
                address.report(.blocksNeedResolution(text))
            }
        }
        guard entry.addresses.isEmpty else { return }
        for (port, field) in portFields(entry) where port.protocol == .tcp || port.protocol == .unnamed {
            field.warn(.addressesRequired(port.name))
        }
    }

    private func checkDNS(_ entry: ServiceEntry) {
        if entry.endpoints.isEmpty, endpoints == nil || endpoints?.isEmptyList == true {
            for host in hosts?.quietElements ?? [] {
                // What is no host at all has been reported.
                guard let name = host.text, name.contains("*"), name != "*" else { continue }
                host.report(.hostsNeedFQDN(name, resolution: entry.resolution.rawValue))
            }
        }
        if entry.resolution == .dnsRoundRobin, entry.endpoints.count > 1 {
            endpoints?.report(.tooManyEndpoints(entry.endpoints.count))
        }
        let hasTCP = entry.ports.contains { !$0.protocol.isHTTP && $0.protocol != .udp }
        if !entry.addresses.isEmpty, hasTCP, entry.hosts.count > 1 {
            (hosts ?? field).warn(.severalHostsWithAddress)
        }
    }

    private func checkDynamic(_ entry: ServiceEntry) {
        for host in hosts?.quietElements ?? [] {
            if let name = host.text, !name.hasPrefix("*") { host.report(.dynamicHostNotWildcard(name)) }
        }
        if !entry.addresses.isEmpty { addresses?.report(.dynamicWith("addresses")) }
        if !entry.endpoints.isEmpty { endpoints?.report(.dynamicWith("endpoints")) }
        for (port, field) in portFields(entry) {
            switch port.protocol {
            case .http, .http2, .grpc, .tls: break
            default: (field.member("protocol") ?? field).report(.dynamicProtocol(field.member("protocol")?.text ?? ""))
            }
        }
    }
}

extension Field {
    var isEmptyList: Bool {
        if case .sequence(let nodes) = node.content { nodes.isEmpty } else { false }
    }
}

extension ServicePort {
    /// Number 0 and an empty name: what was wrong has been reported.
    static func decode(_ field: Field) -> ServicePort? {
        field.message("networking.istio.io.ServicePort") { message in
            var port = ServicePort(number: message.required("number")?.portNumber() ?? 0)
            port.source = message.source
            port.name = message.required("name")?.portName() ?? ""
            port.protocol = message["protocol"]?.portProtocol() ?? .unnamed
            if let target = message["target_port"], let number = target.integer(UInt32.self), number != 0 {
                _ = target.portNumber()
                port.target = .number(number)
            }
            return port
        }
    }
}
