/// A finding about routes or Gateways.
enum RouteWarning: Equatable {
    case notFound(String, String)
    case sameHost(String, [String])
    case portNeeded(String, ports: [UInt32])
    case idleRule(String, IdleReason)
    case idleMatch(rule: String, match: String, earlier: String)
    case hostsNotInGateway([String], gateway: String)
    /// `hosts` empty: the two speak different protocols.
    case sameGatewayPort(UInt32, with: String, hosts: [String])
    case idleRedirect(UInt32)
    /// `number`: with the offset for all Gateways.
    case notListening(UInt32, number: Int)

    enum IdleReason: String {
        case notTheLast = "only the last rule can have no matches"
        case behindAll = "route without matches defined before"
        case repeated = "all matches used by prior rules"
    }

    var message: String {
        switch self {
        case .notFound(let what, let name):
            "[IST0101] Referenced \(what) not found: \"\(name)\""
        case .sameHost(let host, let rules):
            "[IST0109] host \(host) is in several VirtualServices of the mesh (\(rules.joined(separator: ", "))); only the "
                + "oldest, \(rules.first ?? ""), is heard"
        case .portNeeded(let host, let ports):
            "[IST0112] \(host) has several ports (\(ports.map(String.init).joined(separator: ", "))) and the destination "
                + "names none; the port that the request came to is taken"
        case .idleRule(let rule, let reason):
            "[IST0130] rule \(rule) is never used (\(reason.rawValue))"
        case .idleMatch(let rule, let match, let earlier):
            "[IST0131] match \(match) of rule \(rule) is never used: rule \(earlier) takes the same requests before"
        case .hostsNotInGateway(let hosts, let gateway):
            "[IST0132] Gateway \(gateway) has no server for \(hosts.joined(separator: ", "))"
        case .sameGatewayPort(let port, let other, let hosts):
            hosts.isEmpty
                ? "[IST0145] port \(port) speaks another protocol in Gateway \(other); the older one is served"
                : "[IST0145] port \(port) has \(hosts.joined(separator: ", ")) in Gateway \(other), too"
        case .idleRedirect(let port):
            "tls.httpsRedirect of port \(port) has no effect: the server does not speak plain HTTP"
        case .notListening(let port, let number):
            (1...65_535).contains(number)
                ? "nothing listens on port \(port): the sidecar's listener has \(number)"
                : "nothing listens on port \(port): with the offset for Gateways it is \(number), which is no port"
        }
    }
}
