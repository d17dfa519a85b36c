extension ClientTLSSettings {
    static func decode(_ field: Field) -> ClientTLSSettings? {
        field.message("networking.istio.io.ClientTLSSettings") { message in
            var tls = ClientTLSSettings()
            tls.source = message.source
            let mode = message["mode"]
            tls.mode =
                mode?.enumeration([
                    "DISABLE": .disable, "SIMPLE": .simple, "MUTUAL": .mutual, "ISTIO_MUTUAL": .istioMutual,
                ]) ?? .disable
            tls.clientCertificate = message.string("client_certificate")
            tls.privateKey = message.string("private_key")
            tls.caCertificates = message.string("ca_certificates")
            tls.credentialName = message.string("credential_name")
            tls.subjectAltNames = message.strings("subject_alt_names")
            tls.sni = message.string("sni")
            tls.insecureSkipVerify = message.flag("insecure_skip_verify")
            let revoked = message.string("ca_crl")
            tls.check(field, revoked: revoked)
            switch tls.mode {
            case .disable: tls.warnOfUnused(field)
            case .istioMutual: (mode ?? field).warn(PolicyWarning.noMeshIdentity)
            case .simple, .mutual:
                (mode ?? field).reportNotYet("tls mode \(tls.mode.rawValue) towards a service; DISABLE is supported")
            }
            return tls
        }
    }

    private func check(_ field: Field, revoked: String) {
        guard mode == .simple || mode == .mutual else { return }
        if insecureSkipVerify == true {
            if !caCertificates.isEmpty { field.report(.skipVerifyWith("caCertificates"), of: "ca_certificates") }
            if !subjectAltNames.isEmpty { field.report(.skipVerifyWith("subjectAltNames"), of: "subject_alt_names") }
            if mode == .simple, !credentialName.isEmpty {
                field.report(.skipVerifyWith("credentialName"), of: "credential_name")
            }
        }
        if !credentialName.isEmpty {
            let others = [
                ("clientCertificate", "client_certificate", clientCertificate),
                ("privateKey", "private_key", privateKey),
                ("caCertificates", "ca_certificates", caCertificates), ("caCrl", "ca_crl", revoked),
            ]
            for (shown, name, value) in others where !value.isEmpty {
                field.report(.credentialWith(shown), of: name)
            }
        } else if mode == .mutual {
            if clientCertificate.isEmpty { field.report(.mutualNeeds("clientCertificate")) }
            if privateKey.isEmpty { field.report(.mutualNeeds("privateKey")) }
        }
    }

    private func warnOfUnused(_ field: Field) {
        let given: [(String, Bool)] = [
            ("clientCertificate", !clientCertificate.isEmpty), ("privateKey", !privateKey.isEmpty),
            ("caCertificates", !caCertificates.isEmpty), ("credentialName", !credentialName.isEmpty),
            ("subjectAltNames", !subjectAltNames.isEmpty), ("sni", !sni.isEmpty),
        ]
        for (name, isGiven) in given where isGiven { field.warn(.unusedTLS(name)) }
    }
}

extension Field {
    /// At a member, where that can be found.
    fileprivate func report(_ error: PolicyError, of name: String) {
        (member(name) ?? self).report(error)
    }
}
