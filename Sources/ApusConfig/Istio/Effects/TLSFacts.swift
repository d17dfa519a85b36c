/// `tls` of a DestinationRule and of a Gateway's server. Keys may be written out, and are never told.
enum TLSFacts {
    static func of(_ tls: ClientTLSSettings) -> [Fact] {
        var facts = [Fact.setting("TLS", tls.mode.rawValue)]
        facts += files(tls.clientCertificate, tls.privateKey, tls.caCertificates, tls.credentialName)
        facts += Fact.list("TLS names of the peer", unlessEmpty: tls.subjectAltNames)
        if !tls.sni.isEmpty { facts.append(.setting("TLS SNI", tls.sni)) }
        facts += Fact.setting(
            "TLS certificate of the peer", tls.insecureSkipVerify.map { $0 ? "not checked" : "checked" })
        return facts
    }

    static func of(_ tls: ServerTLSSettings) -> [Fact] {
        var facts = [Fact.setting("TLS", tls.mode.rawValue)]
        if tls.httpsRedirect { facts.append(.setting("plain HTTP", "redirected to HTTPS")) }
        facts += files(tls.serverCertificate, tls.privateKey, tls.caCertificates, tls.credentialName)
        facts += Fact.list("TLS names of the peer", unlessEmpty: tls.subjectAltNames)
        facts += Fact.setting("oldest TLS", tls.minimumVersion?.rawValue)
        facts += Fact.setting("newest TLS", tls.maximumVersion?.rawValue)
        facts += Fact.list("TLS ciphers", unlessEmpty: tls.cipherSuites)
        return facts
    }

    private static func files(_ certificate: String, _ key: String, _ authorities: String, _ credential: String)
        -> [Fact]
    {
        var facts: [Fact] = []
        if !certificate.isEmpty { facts.append(.setting("TLS certificate", certificate)) }
        if !key.isEmpty { facts.append(.setting("TLS key", key, shownAs: "given")) }
        if !authorities.isEmpty { facts.append(.setting("TLS authorities", authorities)) }
        if !credential.isEmpty { facts.append(.setting("TLS credential", credential)) }
        return facts
    }
}
