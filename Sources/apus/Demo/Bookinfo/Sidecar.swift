import ApusAdmin
import ApusConfig
import ApusProxy
import Logging

/// The proxy of one service: where it sends its requests, with rules as they look from there.
actor Sidecar {
    /// `reviews-v2`
    nonisolated let name: String
    /// Where the service sends its requests.
    nonisolated let outbound: UInt16
    nonisolated let adminPort: UInt16
    private let proxy: Proxy
    private let admin: AdminServer
    private let compiler: RuleCompiler
    private var inForce: LoadResult

    /// `outbound`: 0 takes a free port.
    static func start(_ name: String, app: String, version: String, outbound: UInt16 = 0, rules: RuleSet, log: Logger)
        async throws -> Sidecar
    {
        var identity = ProxyIdentity()
        identity.labels = ["app": app, "version": version]
        identity.outbound = .socket(host: "127.0.0.1", port: outbound)
        return try await Sidecar(name, identity, rules: rules, log: log)
    }

    private init(_ name: String, _ identity: ProxyIdentity, rules: RuleSet, log: Logger) async throws {
        self.name = name
        let compiler = RuleCompiler(identity: identity)
        inForce = Self.configuration(compiler.compile(rules))
        self.compiler = compiler
        let options = ProxyOptions(workers: 1, drainTime: .seconds(1), log: log)
        proxy = try await Proxy.start(inForce, options: options)
        do {
            admin = try await AdminServer.start(on: .socket(host: "127.0.0.1", port: 0), face: proxy, log: log)
        } catch {
            await proxy.stop()
            throw error
        }
        outbound = await proxy.addresses.values.compactMap(\.port).first ?? 0
        adminPort = UInt16(clamping: admin.localAddress?.port ?? 0)
    }

    /// Serves other rules. Gives what puts the old ones back.
    func replace(with rules: RuleSet) async throws -> LoadResult {
        let old = inForce
        let next = Self.configuration(compiler.compile(rules))
        try await proxy.replace(with: next)
        inForce = next
        return old
    }

    func putBack(_ old: LoadResult) async {
        try? await proxy.replace(with: old)
        inForce = old
    }

    func stop() async {
        await admin.stop()
        await proxy.stop()
    }

    private static func configuration(_ compiled: CompiledRules) -> LoadResult {
        var bootstrap = Bootstrap()
        bootstrap.staticResources.listeners = compiled.listeners
        bootstrap.staticResources.clusters = compiled.clusters
        return LoadResult(bootstrap: bootstrap, diagnostics: [], document: .object([]))
    }
}
