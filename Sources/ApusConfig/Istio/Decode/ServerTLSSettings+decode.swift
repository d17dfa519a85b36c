extension ServerTLSSettings {
    static func decode(_ field: Field) -> ServerTLSSettings? {
        field.message("networking.istio.io.ServerTLSSettings") { message in
            var tls = ServerTLSSettings()
            tls.source = message.source
            tls.httpsRedirect = message.bool("https_redirect")
            tls.mode =
                message["mode"]?.enumeration([
                    "PASSTHROUGH": .passthrough, "SIMPLE": .simple, "MUTUAL": .mutual,
                    "AUTO_PASSTHROUGH": .autoPassthrough, "ISTIO_MUTUAL": .istioMutual,
                    "OPTIONAL_MUTUAL": .optionalMutual,
                ]) ?? .passthrough
            tls.serverCertificate = message.string("server_certificate")
            tls.privateKey = message.string("private_key")
            tls.caCertificates = message.string("ca_certificates")
            tls.credentialName = message.string("credential_name")
            tls.subjectAltNames = message.strings("subject_alt_names")
            tls.minimumVersion = version(message["min_protocol_version"])
            tls.maximumVersion = version(message["max_protocol_version"])
            tls.cipherSuites = message.strings("cipher_suites")
            tls.check(field, others: Others(message))
            return tls
        }
    }

    private static func version(_ field: Field?) -> Version? {
        let options: KeyValuePairs<String, Version?> = [
            "TLS_AUTO": nil, "TLSV1_0": .tls1_0, "TLSV1_1": .tls1_1, "TLSV1_2": .tls1_2, "TLSV1_3": .tls1_3,
        ]
        return field?.enumeration(options) ?? nil
    }

    /// What is right but cannot be served: refused, or accepted with a warning where nothing insecure can come of it.
    func refuseUnsupported(at field: Field) {
        let place = field.member("mode") ?? field
        switch mode {
        case .simple, .mutual, .optionalMutual:
            place.reportNotYet("tls mode \(mode.rawValue) of a gateway server; httpsRedirect is supported")
        case .istioMutual: place.warn(GatewayWarning.noMeshIdentity)
        case .passthrough, .autoPassthrough: place.warn(.notRouted("tls mode \(mode.rawValue)"))
        }
    }

    /// Fields that are checked and not kept.
    private struct Others {
        let credentialNames: [String]
        let certificates: [(certificate: String, key: String, field: Field)]
        let revoked: Field?

        init(_ message: Message) {
            credentialNames = message.strings("credential_names")
            certificates = message.each("tls_certificates") { field in
                field.message("networking.istio.io.TLSCertificate") { message in
                    _ = message.string("ca_certificates")
                    return (message.string("server_certificate"), message.string("private_key"), field)
                }
            }
            revoked = message["ca_crl"].flatMap { $0.string()?.isEmpty == false ? $0 : nil }
            _ = message.string("ca_cert_credential_name")
            _ = message.strings("verify_certificate_spki")
            _ = message.strings("verify_certificate_hash")
            _ = message.flag("insecure_skip_verify")
        }
    }

    private func check(_ field: Field, others: Others) {
        checkCiphers(field)
        let files = [
            ("serverCertificate", !serverCertificate.isEmpty), ("privateKey", !privateKey.isEmpty),
            ("caCertificates", !caCertificates.isEmpty), ("tlsCertificates", !others.certificates.isEmpty),
            ("credentialName", !credentialName.isEmpty), ("credentialNames", !others.credentialNames.isEmpty),
        ].filter(\.1).map(\.0)
        switch mode {
        case .istioMutual:
            for name in files { field.report(.mutualMeshWith(name)) }
            return
        case .passthrough, .autoPassthrough:
            if !files.isEmpty || others.revoked != nil { field.warn(.unusedCertificates(mode: mode.rawValue)) }
        case .simple, .mutual, .optionalMutual: break
        }
        checkSources(field, others)
        if mode != .passthrough, mode != .autoPassthrough, credentialName.isEmpty, others.credentialNames.isEmpty {
            checkCertificates(field, others)
        }
        if let revoked = others.revoked {
            if !credentialName.isEmpty { revoked.report(.revocationWithCredential) }
            if mode == .simple { revoked.report(.revocationWithSimple) }
        }
    }

    private func checkSources(_ field: Field, _ others: Others) {
        let sources = [
            ("credentialName", !credentialName.isEmpty), ("credentialNames", !others.credentialNames.isEmpty),
            ("serverCertificate", !serverCertificate.isEmpty && !privateKey.isEmpty),
            ("tlsCertificates", !others.certificates.isEmpty),
        ].filter(\.1).map(\.0)
        if sources.count > 1 { field.report(.severalCertificates(sources)) }
    }

    private func checkCertificates(_ field: Field, _ others: Others) {
        if mode != .simple, caCertificates.isEmpty { field.report(.needs("caCertificates", mode: mode.rawValue)) }
        if others.certificates.count > 2 { field.warn(.tooManyCertificates(others.certificates.count)) }
        let pairs =
            others.certificates.isEmpty
            ? [(certificate: serverCertificate, key: privateKey, field: field)] : others.certificates
        for (certificate, key, place) in pairs {
            if certificate.isEmpty { place.report(.needs("serverCertificate", mode: mode.rawValue)) }
            if key.isEmpty { place.report(.needs("privateKey", mode: mode.rawValue)) }
        }
    }

    private func checkCiphers(_ field: Field) {
        let place = field.member("cipher_suites") ?? field
        if cipherSuites.isEmpty, minimumVersion == .tls1_0 || minimumVersion == .tls1_1 {
            field.warn(.oldVersionNeedsCiphers)
        }
        let bad = Set(cipherSuites.filter { !CipherSuites.isKnown($0) }).sorted()
        if !bad.isEmpty { place.warn(.badCiphers(bad)) }
        var seen: Set<String> = []
        let twice = Set(cipherSuites.filter { CipherSuites.isKnown($0) && !seen.insert($0).inserted }).sorted()
        if !twice.isEmpty { place.warn(.duplicateCiphers(twice)) }
    }
}

/// Those of TLS 1.2 that Istio lets pass, as OpenSSL names them.
enum CipherSuites {
    private static let known: Set<String> = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
        "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA", "ALL", "",
    ]

    /// Expressions such as `-ALL` are not looked into.
    static func isKnown(_ name: String) -> Bool {
        known.contains(name) || name.first.map { !$0.isLetter && !$0.isNumber } ?? true
    }
}
