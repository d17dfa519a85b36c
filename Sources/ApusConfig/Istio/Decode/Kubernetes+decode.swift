extension KubernetesService {
    /// What Apus needs of a Service; its other fields mean something to Kubernetes alone.
    static func decode(_ field: Field) -> KubernetesService? {
        field.message("v1.ServiceSpec") { message in
            var service = KubernetesService()
            service.source = message.source
            message["selector"]?.members.forEach { service.selector[$0.key] = $0.value.string() }
            let ports = message["ports"]
            service.ports = ports?.elements.compactMap(ServicePort.decode(ofService:)) ?? []
            if let ports { check(service.ports, at: ports.quietElements) }
            let address = message.string("clusterIP")
            let addresses = message.strings("clusterIPs")
            service.isHeadless = address == "None" || addresses.contains("None")
            service.clusterIPs = (addresses.contains(address) ? addresses : [address] + addresses).filter {
                !$0.isEmpty && $0 != "None"
            }
            let externalName = message.string("externalName")
            if message.string("type") == "ExternalName" { service.externalName = externalName }
            message.ignore(
                "externalIPs", "sessionAffinity", "sessionAffinityConfig", "loadBalancerIP", "loadBalancerSourceRanges",
                "loadBalancerClass", "externalTrafficPolicy", "internalTrafficPolicy", "trafficDistribution",
                "healthCheckNodePort", "publishNotReadyAddresses", "ipFamilies", "ipFamilyPolicy", "ipFamily",
                "allocateLoadBalancerNodePorts", "topologyKeys")
            return service
        }
    }

    /// Kubernetes tells several ports apart by their names.
    private static func check(_ ports: [ServicePort], at fields: [Field]) {
        guard ports.count == fields.count, ports.count > 1 else { return }
        var names: Set<String> = []
        for (port, field) in zip(ports, fields) {
            if port.name.isEmpty {
                field.report(.missingField("name"))
            } else if !names.insert(port.name).inserted {
                (field.member("name") ?? field).report(.duplicateKey(port.name))
            }
        }
    }
}

extension ServicePort {
    /// `v1` ServicePort.
    static func decode(ofService field: Field) -> ServicePort? {
        field.message("v1.ServicePort") { message in
            let number = message.required("port")?.portNumber()
            let name = message["name"]
            let text = name?.string() ?? ""
            if let name, !text.isEmpty, !NameText.isLabel(text) { name.report(.badPortName(text)) }
            let transport = message["protocol"]?.choice(["TCP": "TCP", "UDP": "UDP", "SCTP": "SCTP"]) ?? "TCP"
            let application = message.string("appProtocol")
            let target = message["targetPort"].flatMap(readTarget)
            message.ignore("nodePort")
            guard let number else { return nil }
            var port = ServicePort(number: number)
            port.name = text
            port.protocol =
                transport == "TCP" ? PortProtocol(appProtocol: application, name: text, number: number) : .udp
            port.target = target
            port.source = message.source
            return port
        }
    }

    private static func readTarget(_ field: Field) -> Target? {
        guard let text = field.text, !field.node.isNull else {
            field.wrongType("a port's number or name")
            return nil
        }
        guard Int64(text) == nil else { return field.portNumber().map(Target.number) }
        return field.portName().map(Target.name)
    }
}

extension PortProtocol {
    /// `appProtocol` wins over the beginning of the name; some ports are never HTTP when nobody says so.
    init(appProtocol: String, name: String, number: UInt32) {
        switch appProtocol.lowercased() {
        case "":
            let prefix = name.lowercased().hasPrefix("grpc-web") ? "grpc-web" : String(name.prefix { $0 != "-" })
            self = PortProtocol(istio: prefix) ?? ([25, 53, 3306, 27017].contains(number) ? .tcp : .unnamed)
        case "kubernetes.io/h2c": self = .http2
        case "kubernetes.io/ws": self = .http
        case "kubernetes.io/wss": self = .https
        case let name: self = PortProtocol(istio: name) ?? .unnamed
        }
    }
}

extension KubernetesSecret {
    /// Reads the document itself: a Secret has no spec.
    static func decode(_ document: Field) -> KubernetesSecret? {
        var secret = KubernetesSecret()
        document.exact("data")?.members.forEach { secret.data[$0.key] = $0.value.bytes() }
        document.exact("stringData")?.members.forEach { entry in
            secret.data[entry.key] = entry.value.string().map { Array($0.utf8) }
        }
        return secret
    }
}
