extension KubernetesService {
    /// Kubernetes has more fields than routing looks at; they are passed over, as its server has checked them.
    static func decode(_ field: Field) -> KubernetesService? {
        guard case .mapping = field.node.content else {
            field.wrongType("a mapping")
            return nil
        }
        var service = KubernetesService()
        service.source = field.source
        for (key, value) in field.member("selector")?.members ?? [] {
            if let text = value.string() { service.selector[key] = text }
        }
        service.ports = field.member("ports")?.elements.compactMap(port) ?? []
        if let address = field.member("clusterIP")?.string() {
            if address == "None" {
                service.isHeadless = true
            } else if !address.isEmpty {
                service.clusterIPs = [address]
            }
        }
        for address in field.member("clusterIPs")?.elements.compactMap({ $0.string() }) ?? []
        where address != "None" && !service.clusterIPs.contains(address) {
            service.clusterIPs.append(address)
        }
        if field.member("type")?.text == "ExternalName" {
            service.externalName = field.member("externalName")?.nonEmptyString() ?? ""
        }
        return service
    }

    private static func port(_ field: Field) -> ServicePort? {
        guard case .mapping = field.node.content else {
            field.wrongType("a mapping")
            return nil
        }
        guard let number = field.member("port") else {
            field.report(.missingField("port"))
            return nil
        }
        guard let value = number.portNumber() else { return nil }
        var port = ServicePort(number: value)
        port.source = field.source
        port.name = field.member("name")?.string() ?? ""
        port.protocol = PortProtocol(
            kubernetesName: port.name, number: value, application: field.member("appProtocol")?.string(),
            transport: field.member("protocol")?.string() ?? "TCP")
        if let target = field.member("targetPort"), let text = target.text {
            if UInt32(text) != nil {
                port.target = target.portNumber().map(ServicePort.Target.number)
            } else if let name = target.nonEmptyString() {
                port.target = .name(name)
            }
        }
        return port
    }
}

extension PortProtocol {
    /// By `appProtocol`, which wins, or by the name up to its first hyphen.
    init(kubernetesName name: String, number: UInt32, application: String?, transport: String) {
        if transport == "UDP" {
            self = .udp
            return
        }
        switch application {
        case "kubernetes.io/h2c": self = .http2
        case "kubernetes.io/ws": self = .http
        case "kubernetes.io/wss": self = .https
        case let application?: self = PortProtocol(istio: application) ?? .unnamed
        case nil:
            if name.lowercased().hasPrefix("grpc-web") {
                self = .grpcWeb
            } else if let known = PortProtocol(istio: String(name.prefix { $0 != "-" })) {
                self = known
            } else if name.isEmpty, [25, 53, 3306, 27017].contains(number) {
                // Protocols in which the server speaks first: looking at what comes would wait for ever.
                self = .tcp
            } else {
                self = .unnamed
            }
        }
    }
}

extension KubernetesSecret {
    static func decode(_ field: Field) -> KubernetesSecret? {
        var secret = KubernetesSecret()
        for (key, value) in field.member("data")?.members ?? [] {
            if let bytes = value.bytes() { secret.data[key] = bytes }
        }
        for (key, value) in field.member("stringData")?.members ?? [] {
            if let text = value.string() { secret.data[key] = Array(text.utf8) }
        }
        return secret
    }
}
