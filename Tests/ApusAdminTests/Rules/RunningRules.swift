import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

/// A proxy with its admin server and its store of rules, as `apus run` makes them.
struct RunningRules {
    let store: RuleStore
    let proxy: Proxy
    let outbound: UInt16
    let admin: UInt16
    private let server: AdminServer

    /// `bootstrap`: Envoy's; `paths` and `state` as of the command.
    static func run(
        bootstrap: String = "static_resources: {}", paths: [String] = [], state: String? = nil,
        _ test: (RunningRules) async throws -> Void
    ) async throws {
        let outbound = try await TalkClient.freePort()
        var options = StoreFixture.options(state: state, paths: paths)
        let base = ConfigurationLoader.load(text: bootstrap, file: "base.yaml", readFile: { _ in [] })
        try #require(base.errors.isEmpty, "\(base.errors)")
        options = RuleStore.Options(base: base, read: options.read)
        options.identity.outbound = .socket(host: "127.0.0.1", port: outbound)
        options.paths = paths
        options.stateDirectory = state
        options.log = StoreFixture.quiet
        let store = RuleStore(options)
        let proxy = try await Proxy.start(
            store.begin(), options: ProxyOptions(workers: 2, drainTime: .seconds(2), log: StoreFixture.quiet))
        await store.attach(proxy)
        let server = try await AdminServer.start(
            on: .socket(host: "127.0.0.1", port: 0), face: proxy, rules: store, log: StoreFixture.quiet)
        let admin = UInt16(server.localAddress?.port ?? 0)
        let running = RunningRules(store: store, proxy: proxy, outbound: outbound, admin: admin, server: server)
        do { try await test(running) } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    private func stop() async {
        await store.stop()
        await server.stop()
        await proxy.stop()
    }

    func admin(
        _ method: String, _ path: String, _ headers: [String: String] = [:], body: String = ""
    ) async throws -> TalkClient.Answer {
        try await TalkClient.once(admin, method, path, headers, body: body)
    }

    func json(_ path: String) async throws -> ConfigValue {
        let answer = try await admin("GET", path, ["accept": "application/json"])
        #expect(answer.status == 200, "\(answer)")
        return try #require(ConfigValue(text: answer.body))
    }

    /// What a request through the sidecar is answered, over a connection of its own.
    func status(_ host: String, _ path: String = "/") async throws -> Int {
        try await TalkClient.once(outbound, "GET", path, host: host).status
    }
}

/// Bootstraps of listeners that answer by themselves.
enum AnsweringListener {
    /// `routes`: of its only virtual host, as Envoy's YAML in brackets; `filters` go before the router.
    static func yaml(
        _ name: String, port: UInt16, routes: String, filters: String = "", routeConfig: String? = nil
    ) -> String {
        """
            - name: \(name)
              address: { socket_address: { address: 127.0.0.1, port_value: \(port) } }
              filter_chains:
                - filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: \(name)
                        http_filters: [\(filters) { name: envoy.filters.http.router }]
                        route_config: \(routeConfig ?? Self.routes(name + "_routes", routes))

        """
    }

    static func routes(_ name: String, _ routes: String) -> String {
        "{ name: \(name), virtual_hosts: [{ name: all, domains: [\"*\"], routes: \(routes) }] }"
    }

    static func answering(_ status: Int) -> String {
        "[{ match: { prefix: / }, direct_response: { status: \(status) } }]"
    }

    static func bootstrap(_ listeners: String...) -> String {
        "static_resources:\n  listeners:\n" + listeners.joined()
    }
}
