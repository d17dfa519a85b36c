extension Gateway {
    static func decode(_ field: Field) -> Gateway? {
        field.message("networking.istio.io.Gateway") { message in
            var gateway = Gateway()
            gateway.source = message.source
            let servers = message["servers"]
            if servers == nil || servers?.isEmptyList == true { (servers ?? field).report(GatewayError.noServers) }
            var names: Set<String> = []
            gateway.servers =
                servers?.elements.compactMap { field in
                    guard let server = GatewayServer.decode(field) else { return nil }
                    if !server.portName.isEmpty, !names.insert(server.portName).inserted {
                        let name = field.member("port")?.member("name") ?? field
                        name.report(.duplicatePortName(server.portName))
                    }
                    return server
                } ?? []
            for (key, value, _) in message["selector"]?.texts ?? [] { gateway.selector[key] = value }
            return gateway
        }
    }

    /// A gateway's own name stands in those of its listeners.
    static func checkName(_ name: Field) {
        if let text = name.text, !NameText.isLabel(text) { name.report(.badName(text)) }
    }
}

extension GatewayServer {
    static func decode(_ field: Field) -> GatewayServer? {
        field.message("networking.istio.io.Server") { message in
            var server = GatewayServer(port: 0, protocol: .unknown)
            server.source = message.source
            server.name = message.string("name")
            let bind = message["bind"]
            server.bind = bind?.string() ?? ""
            let port = message.required("port")
            port.map { server.readPort($0) }
            let hosts = message["hosts"]
            if hosts == nil || hosts?.isEmptyList == true { (hosts ?? field).report(GatewayError.noHosts) }
            server.hosts = hosts?.elements.compactMap(host) ?? []
            let tls = message["tls"]
            server.tls = tls.flatMap(ServerTLSSettings.decode)
            message["default_endpoint"]?.report(.unsupportedField("defaultEndpoint"))
            bind.map { server.checkBind($0) }
            server.checkTLS(field, tls: tls)
            return server
        }
    }

    private mutating func readPort(_ field: Field) {
        field.read("networking.istio.io.Port") { message in
            let isSocket = bind.hasPrefix(AddressText.unixPrefix)
            let number = isSocket ? message["number"] : message.required("number")
            port = (isSocket ? number?.integer(UInt32.self) : number?.portNumber()) ?? 0
            let name = message.required("name")
            portName = name?.string() ?? ""
            if name?.text == "" { name?.report(.emptyPortName) }
            if let spoken = message.required("protocol") { `protocol` = Self.protocol(spoken) }
            if let target = message["target_port"], let number = target.integer(UInt32.self), number != 0 {
                target.report(GatewayError.targetPort)
            }
        }
    }

    private static func `protocol`(_ field: Field) -> GatewayProtocol {
        guard let name = field.string() else { return .unknown }
        switch PortProtocol(istio: name) {
        case .http?: return .http
        case .http2?: return .http2
        case .grpc?: return .grpc
        case .grpcWeb?: return .grpcWeb
        case .https?: return .https
        case .tls?: return .tls
        case .mongo?: return .mongo
        // They are opaque to a gateway.
        case .tcp?, .mysql?, .redis?, .udp?: return .tcp
        case .unnamed?, nil:
            field.report(.unknownProtocol(name))
            return .unknown
        }
    }

    /// `dns`, `ns/dns`, `./dns`, `*/dns`.
    private static func host(_ field: Field) -> String? {
        guard let text = field.string() else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0] != "*", parts[0] != ".", !NameText.isLabel(parts[0]) {
            field.report(.badNamespace(String(parts[0]), host: text))
        }
        let name = String(parts.last ?? "")
        if AddressText.isIP(name) { return text }
        if let problem = NameText.problem(ofHost: name, wildcard: true) {
            field.report(problem)
        } else if name != "*", !name.contains(".") {
            field.report(.shortHost(name))
        } else if NameText.isPartialWildcard(name) {
            field.report(.partialWildcard(name))
        }
        return text
    }

    private func checkBind(_ field: Field) {
        if bind.hasPrefix(AddressText.unixPrefix) {
            let path = bind.dropFirst(AddressText.unixPrefix.count)
            if !AddressText.isUnixPath(path) { field.report(.badUnixPath(String(path))) }
            if port != 0 { field.report(.unixBindWithPort(port)) }
            field.reportNotYet("a gateway server on a unix domain socket")
        } else if !bind.isEmpty, !AddressText.isIP(bind) {
            field.report(.noIP(bind))
        }
    }

    private func checkTLS(_ field: Field, tls written: Field?) {
        guard `protocol` != .unknown else { return }
        guard let tls, let written else {
            if `protocol` == .https || `protocol` == .tls {
                // The place of a `tls` that could not be read has been reported.
                if written == nil { field.report(.tlsMissing(`protocol`.rawValue)) }
            } else if !`protocol`.isHTTP {
                field.warn(.notRouted("protocol \(`protocol`.rawValue)"))
            }
            return
        }
        if `protocol`.isHTTP {
            checkPlain(tls, at: written)
        } else if `protocol` == .https || `protocol` == .tls {
            tls.refuseUnsupported(at: written)
        } else {
            written.report(.tlsOnPlain(`protocol`.rawValue))
        }
        if tls.httpsRedirect, !`protocol`.isHTTP {
            (written.member("https_redirect") ?? written).warn(.redirectOfOtherProtocol(`protocol`.rawValue))
        }
    }

    /// A server of plain HTTP may redirect, and no more.
    private func checkPlain(_ tls: ServerTLSSettings, at field: Field) {
        let isPassing = tls.mode == .passthrough || tls.mode == .autoPassthrough
        if !isPassing || !tls.caCertificates.isEmpty || !tls.privateKey.isEmpty || !tls.serverCertificate.isEmpty {
            field.report(.tlsOnHTTP)
        }
    }
}
