import ApusConfig
import Foundation

/// Nothing but what a test puts there.
struct NoSuchFile: Error, CustomStringConvertible {
    var description: String { "no such file" }
}

func load(_ text: String, file: String = "test.yaml", files: [String: String] = [:]) -> LoadResult {
    ConfigurationLoader.load(text: text, file: file) { path in
        guard let text = files[path] else { throw NoSuchFile() }
        return Array(text.utf8)
    }
}

extension Diagnostic {
    var printed: String { "\(severity == .error ? "error" : "warning") \(self)" }
}

/// A whole bootstrap around some routes, written from column 1 on.
func bootstrap(routes: String, manager: String = "", filters: String = "", cluster: String = "") -> String {
    func indented(_ text: String, by count: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
    }
    return """
        static_resources:
          listeners:
          - name: main
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: ingress
        \(indented(manager, by: 10))\
                  http_filters:
        \(indented(filters, by: 10))\
                  - name: envoy.filters.http.router
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
        \(indented(routes, by: 14))\
          clusters:
          - name: v1
        \(indented(cluster, by: 4))\
          - name: v2

        """
}

extension LoadResult {
    var manager: HTTPConnectionManager? {
        guard
            case .httpConnectionManager(let manager) = bootstrap?.staticResources.listeners.first?.filterChains.first?
                .filters.first
        else { return nil }
        return manager
    }

    var routes: [Route] { manager?.routeConfig.virtualHosts.first?.routes ?? [] }
    var cluster: Cluster? { bootstrap?.staticResources.clusters.first }
}

/// The same numbers in every run: a failing case can be found again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
