/// Keeps other sites' pages away from the admin server, which a browser on the same machine can reach.
///
/// A page elsewhere can send a form here (cross-origin), or let its own name point here and then count as the same
/// origin (DNS rebinding). The first shows in `Origin` and `Sec-Fetch-Site`, the second in a `Host` that is not ours.
struct AdminGuard: Sendable {
    /// Names, beside local ones and addresses, under which the server is known: lower case, no port.
    var knownNames: Set<String> = []

    enum Verdict: Equatable {
        case allowed
        case refused(String)
    }

    func check(_ request: AdminRequest, _ access: AdminCommand.Access) -> Verdict {
        if access == .anyHost { return .allowed }
        if let host = request.header("host"), !isKnown(host) {
            return .refused(
                "The admin server does not answer to the host name '\(host)'. "
                    + "Use localhost, an IP address, a name without dots, or the one in the admin address of the configuration.\n"
            )
        }
        guard access == .mutation else { return .allowed }
        if let site = request.header("sec-fetch-site"), site != "same-origin", site != "none" {
            return .refused("Changes are refused when another site's page asks for them (Sec-Fetch-Site: \(site)).\n")
        }
        if let origin = request.header("origin"), !isOwn(origin, host: request.header("host")) {
            return .refused("Changes are refused when another site's page asks for them (Origin: \(origin)).\n")
        }
        return .allowed
    }

    private func isOwn(_ origin: String, host: String?) -> Bool {
        guard let host, let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return false }
        return origin.dropFirst(scheme.count).lowercased() == host.lowercased()
    }

    private func isKnown(_ host: String) -> Bool {
        let name = Self.withoutPort(host).lowercased()
        return Self.isLocal(name) || knownNames.contains(name) || Self.isAddress(name)
    }

    /// `localhost:9901` → `localhost`, `[::1]:9901` → `::1`
    static func withoutPort(_ host: String) -> String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        guard let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon else { return host }
        return String(host[..<colon])
    }

    /// `localhost`, and names without a dot: the world's DNS, which an attacker can write to, has none of those, so that
    /// they only mean something in the network this server is in (`http://sidecar:9901`).
    private static func isLocal(_ name: String) -> Bool {
        name.hasSuffix(".localhost") || !name.contains(".") && !name.contains(":") && !name.isEmpty
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.contains(":") { return name.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
