import ApusConfig
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import ApusProxy

/// A proxy on a port of its own, from pieces of configuration.
struct WireProxy: Sendable {
    let proxy: Proxy
    let address: SocketAddress

    /// `routes` and `clusters` are lists in YAML, in brackets; the rest goes into the connection manager.
    static func start(
        routes: String = "[{ match: { prefix: / }, route: { cluster: v1 } }]", clusters: [String],
        manager: String = "", listener: String = "", at place: String = WireProxy.anyPort, workers: Int = 2,
        drainTime: Duration = .seconds(5)
    ) async throws -> WireProxy {
        let text = configuration(
            routes: routes, clusters: clusters, manager: manager, listener: listener, at: place)
        return try await start(text, workers: workers, drainTime: drainTime)
    }

    static func start(_ text: String, workers: Int = 2, drainTime: Duration = .seconds(5)) async throws -> WireProxy {
        try await start(load(text), workers: workers, drainTime: drainTime)
    }

    static func start(
        _ loaded: LoadResult, workers: Int = 2, drainTime: Duration = .seconds(5)
    ) async throws -> WireProxy {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let proxy = try await Proxy.start(
            loaded, options: ProxyOptions(workers: workers, drainTime: drainTime, log: quiet))
        let address = try #require(await proxy.addresses["test"])
        switch address {
        case .socket(let host, let port):
            return WireProxy(proxy: proxy, address: try SocketAddress(ipAddress: host, port: Int(port)))
        case .pipe(let path, _):
            return WireProxy(proxy: proxy, address: try SocketAddress(unixDomainSocketPath: path))
        }
    }

    static let anyPort = "{ socket_address: { address: 127.0.0.1, port_value: 0 } }"

    static func load(_ text: String) -> LoadResult {
        ConfigurationLoader.load(text: text, file: "test.yaml") { _ in [] }
    }

    static func configuration(
        routes: String = "[{ match: { prefix: / }, route: { cluster: v1 } }]", clusters: [String],
        manager: String = "", listener: String = "",
        filters: String = "{ name: envoy.filters.http.router }", at place: String = anyPort
    ) -> String {
        """
        static_resources:
          listeners:
            - name: test
              address: \(place)
              \(listener)
              filter_chains:
                - filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: test
                        http_filters: [\(filters)]
                        \(manager)
                        route_config:
                          virtual_hosts: [{ name: all, domains: ["*"], routes: \(routes) }]
          clusters: [\(clusters.joined(separator: ", "))]
        """
    }

    /// A script, and the router behind it, as `filters` of a configuration. `more`: other settings of the script's filter.
    static func lua(_ script: String, more: String = "") -> String {
        let quoted = script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return lua(source: "inline_string: \"\(quoted)\"", more: more)
    }

    /// The same for a script of any source, such as `filename: a.lua`.
    static func lua(source: String, more: String = "") -> String {
        """
        { name: envoy.filters.http.lua, typed_config: { "@type": \
        type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, \(more) default_source_code: { \(source) } } }, \
        { name: envoy.filters.http.router }
        """
    }

    /// A TCP proxy to the cluster `v1`.
    static func tcp(cluster: String) -> String {
        """
        static_resources:
          listeners:
            - name: test
              address: \(anyPort)
              filter_chains:
                - filters:
                    - name: envoy.filters.network.tcp_proxy
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                        stat_prefix: test
                        cluster: v1
          clusters: [\(cluster)]
        """
    }

    static func cluster(_ name: String, _ upstream: WireUpstream, _ more: String = "") -> String {
        cluster(name, "socket_address: { address: 127.0.0.1, port_value: \(upstream.port) }", more)
    }

    static func cluster(_ name: String, _ address: String, _ more: String = "") -> String {
        """
        { name: \(name), type: STATIC, connect_timeout: 10s, \(more) load_assignment: { cluster_name: \(name), \
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { \(address) } } }] }] } }
        """
    }

    func connect(receiveBuffer: Int? = nil) async throws -> WireConnection {
        try await WireConnection.connect(to: address, receiveBuffer: receiveBuffer)
    }

    /// One request on a connection of its own.
    func get(_ path: String = "/", headers: String = "") async throws -> WireMessage {
        let client = try await connect()
        try await client.send("GET \(path) HTTP/1.1\r\nhost: test\r\n\(headers)\r\n")
        let answer = try await client.readMessage()
        await client.close()
        return answer
    }

    /// The sum over all workers of a statistic: `cluster.v1.mirror_completed`.
    func stat(_ name: String) async -> Int {
        let table = await StatTable(
            workers: proxy.numbers(), clusters: proxy.clusterReadings(), listeners: proxy.listenerReadings(),
            server: proxy.serverReading())
        return table.numbers.first { $0.name == name }?.value ?? -1
    }

    /// Waits until something holds; asynchronous ends need a moment.
    func eventually(
        _ what: String, within limit: Duration = .seconds(40), _ holds: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !holds() {
            if ContinuousClock.now > end { throw WireError.tooLate(what) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func stop() async { await proxy.stop() }
}
