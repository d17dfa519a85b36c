/// What can be wrong with a Gateway.
enum GatewayError: Equatable {
    case badName(String)
    case noServers
    case noHosts
    case duplicatePortName(String)
    case emptyPortName
    case targetPort
    case unixBindWithPort(UInt32)
    case tlsMissing(String)
    case tlsOnHTTP
    case tlsOnPlain(String)
    case mutualMeshWith(String)
    case severalCertificates([String])
    case needs(String, mode: String)
    case revocationWithCredential
    case revocationWithSimple

    var message: String {
        switch self {
        case .badName(let name): "invalid gateway name '\(name)': letters, digits and hyphens within, at most 63"
        case .noServers: "a gateway must have at least one server"
        case .noHosts: "a server must have at least one host"
        case .duplicatePortName(let name): "port names must be unique: duplicate name '\(name)'"
        case .emptyPortName: "the port's name must be set"
        case .targetPort: "targetPort has no effect on gateways; remove it"
        case .unixBindWithPort(let port): "the port must be 0 with a unix domain socket, not \(port)"
        case .tlsMissing(let name): "a server must have TLS settings for protocol \(name); give tls"
        case .tlsOnHTTP:
            "a server cannot have TLS settings for plain text HTTP ports; only httpsRedirect may be given"
        case .tlsOnPlain(let name):
            "a server cannot have TLS settings for protocol \(name), which is neither HTTPS nor TLS"
        case .mutualMeshWith(let name): "\(name) cannot be given with mode ISTIO_MUTUAL"
        case .severalCertificates(let names):
            "only one source of certificates may be given, not \(names.joined(separator: " and "))"
        case .needs(let name, let mode): "\(name) is required for mode \(mode), unless credentialName is given"
        case .revocationWithCredential: "caCrl is not supported with credentialName; put the list into the Secret"
        case .revocationWithSimple: "caCrl is not supported with mode SIMPLE"
        }
    }
}

/// What is odd about a Gateway.
enum GatewayWarning: Equatable {
    case redirectOfOtherProtocol(String)
    case unusedCertificates(mode: String)
    case badCiphers([String])
    case duplicateCiphers([String])
    case oldVersionNeedsCiphers
    case notRouted(String)
    case noMeshIdentity
    case tooManyCertificates(Int)

    var message: String {
        switch self {
        case .redirectOfOtherProtocol(let name): "httpsRedirect has an effect only on HTTP servers, not on \(name)"
        case .unusedCertificates(let mode): "mode \(mode) uses no certificates; they are ignored"
        case .badCiphers(let names): "ignoring invalid cipher suites: \(names.joined(separator: ", "))"
        case .duplicateCiphers(let names): "ignoring duplicate cipher suites: \(names.joined(separator: ", "))"
        case .oldVersionNeedsCiphers: "TLS below 1.2 needs cipherSuites of its time; by default there are none"
        case .notRouted(let what): "\(what) is not routed by Apus; this server is not opened"
        case .noMeshIdentity: "Apus has no mesh identity for ISTIO_MUTUAL; this server is not opened"
        case .tooManyCertificates(let count): "\(count) certificates are given; at most 2 are used"
        }
    }
}
