extension WorkloadEntry {
    /// What an entry is, which decides what its address may be.
    enum Role {
        /// A document of its own, found by its labels.
        case alone
        /// An endpoint with an address, of a ServiceEntry with these ports.
        case staticEndpoint(ports: Set<String>)
        /// An endpoint that is looked up.
        case dnsEndpoint(ports: Set<String>)
        /// An endpoint that has no place where it stands, which is reported there.
        case unused

        fileprivate var servicePorts: Set<String>? {
            switch self {
            case .staticEndpoint(let ports), .dnsEndpoint(let ports): ports
            case .alone, .unused: nil
            }
        }
    }

    static func decode(_ field: Field) -> WorkloadEntry? { decode(field, as: .alone) }

    static func decode(_ field: Field, as role: Role) -> WorkloadEntry? {
        field.message("networking.istio.io.WorkloadEntry") { message in
            var entry = WorkloadEntry()
            entry.source = message.source
            let address = message["address"]
            entry.address = address?.string() ?? ""
            entry.network = message.string("network")
            let ports = message["ports"]
            entry.ports = ports.map { Self.ports($0, known: role.servicePorts) } ?? [:]
            entry.labels = message["labels"]?.labels() ?? [:]
            entry.locality = message.string("locality")
            entry.weight = message.uint32("weight") ?? 0
            entry.serviceAccount = message.string("service_account")
            // A value of the wrong type has been reported.
            if entry.address.isEmpty, let address, address.text != "", !address.node.isNull { return entry }
            entry.checkAddress(at: address ?? field, role: role)
            if entry.address.hasPrefix(AddressText.unixPrefix), !entry.ports.isEmpty {
                ports?.report(.unixWithPorts(entry.address))
            }
            return entry
        }
    }

    private static func ports(_ field: Field, known: Set<String>?) -> [String: UInt32] {
        var ports: [String: UInt32] = [:]
        for (name, value) in field.members {
            guard let number = value.portNumber() else { continue }
            ports[name] = number
            if !NameText.isLabel(name) {
                value.report(.badPortName(name))
            } else if let known, !known.contains(name) {
                value.report(.endpointPortUnknown(name, number))
            }
        }
        return ports
    }

    private func checkAddress(at field: Field, role: Role) {
        if address.isEmpty {
            if network.isEmpty {
                field.report(.addressRequired)
            } else if case .dnsEndpoint = role {
                field.report(.endpointNoHost(""))
            } else {
                field.warn(.addressUnset(network: network))
            }
        } else if address.hasPrefix(AddressText.unixPrefix) {
            checkSocket(at: field, role: role)
        } else if !AddressText.isIP(address) {
            if case .staticEndpoint = role {
                field.report(.endpointNoIP(address))
            } else if NameText.problem(ofHost: address, wildcard: false) != nil {
                field.report(.endpointNoHost(address))
            }
        }
    }

    private func checkSocket(at field: Field, role: Role) {
        let path = address.dropFirst(AddressText.unixPrefix.count)
        if !AddressText.isUnixPath(path) { field.report(.badUnixPath(String(path))) }
        switch role {
        case .alone, .unused: break
        case .staticEndpoint(let ports) where ports.count != 1: field.report(.unixNeedsOnePort(ports.count))
        case .staticEndpoint: break
        // Nothing looks up a path.
        case .dnsEndpoint: field.report(.endpointNoHost(address))
        }
    }
}
