import ApusAdmin
import ApusConfig
import ApusProxy
import Glibc
import Logging

/// A small mesh in one process: a page made by services that ask each other, each caller behind a sidecar of its own, an
/// ingress for browsers, and two versions of an httpbin with a client's sidecar.
struct Bookinfo: Sendable {
    struct Ports: Sendable {
        /// Of the page; 0 takes a free one, as everywhere here.
        var page: UInt16 = 0
        /// Of the admin server of the ingress, where rules for all are applied.
        var admin: UInt16 = 0
        /// Of the sidecar through which a user's own commands go.
        var client: UInt16 = 0
    }

    let ports: Ports
    /// Those of the services that call others; the last is the client's.
    let sidecars: [Sidecar]
    /// What came to the httpbins, by version.
    let tally: DemoTally
    private let ingress: Proxy
    private let admin: AdminServer
    private let store: RuleStore
    private let services: [SmallServer]
    private let httpbins: [DemoUpstream]
    private let registry: BookinfoRegistryFile

    /// The sidecar of a service: `reviews-v2`.
    func sidecar(_ name: String) -> Sidecar? { sidecars.first { $0.name == name } }

    /// `rules`: files and directories of further rules.
    static func start(ports: Ports = Ports(), rules: [String] = [], log: Logger) async throws -> Bookinfo {
        var started = Started()
        do {
            return try await start(ports, rules, log, &started)
        } catch {
            await started.stop()
            throw error
        }
    }

    /// What runs already, should the rest not start.
    private struct Started {
        var services: [SmallServer] = []
        var httpbins: [DemoUpstream] = []
        var sidecars: [Sidecar] = []
        var ingress: Proxy?
        var registry: BookinfoRegistryFile?

        func stop() async {
            await ingress?.stop()
            for sidecar in sidecars { await sidecar.stop() }
            for service in services { await service.stop() }
            for httpbin in httpbins { await httpbin.stop() }
            registry?.remove()
        }
    }

    private static func start(_ ports: Ports, _ rules: [String], _ log: Logger, _ started: inout Started) async throws
        -> Bookinfo
    {
        let tally = DemoTally()
        // A service must know its sidecar's port, and a sidecar where services are: callers are told afterwards.
        let outbound = OutboundPorts()
        var workloads: [BookinfoDocuments.Workload] = []
        for service in BookService.all(outbound) {
            let server = try await SmallServer.start(service.answering)
            started.services.append(server)
            workloads.append(.init(app: service.app, version: service.version, port: server.port))
        }
        for version in ["v1", "v2"] {
            let httpbin = try await DemoUpstream.start(version, 0, tally)
            started.httpbins.append(httpbin)
            workloads.append(.init(app: "httpbin", version: version, port: httpbin.port))
        }
        let registry = try BookinfoRegistryFile(BookinfoDocuments(workloads: workloads).text)
        started.registry = registry
        let store = RuleStore(storeOptions(page: ports.page, paths: [registry.path] + rules, log))
        let loaded = try await store.begin()
        let inForce = await store.rules
        for (app, version) in [("productpage", "v1"), ("reviews", "v2"), ("reviews", "v3"), ("client", "v1")] {
            let sidecar = try await Sidecar.start(
                "\(app)-\(version)", app: app, version: version, outbound: app == "client" ? ports.client : 0,
                rules: inForce, log: log)
            started.sidecars.append(sidecar)
            outbound.set(sidecar.outbound, of: sidecar.name)
        }
        let ingress = try await Proxy.start(
            loaded,
            options: ProxyOptions(workers: 1, drainTime: .seconds(1), log: log, reload: { await store.reload() }))
        started.ingress = ingress
        await store.attach(Mesh(ingress: ingress, sidecars: started.sidecars))
        let admin = try await AdminServer.start(
            on: .socket(host: "127.0.0.1", port: ports.admin), face: ingress, rules: store, log: log)
        let given = Ports(
            page: await ingress.addresses.first { $0.key.hasPrefix("gateway_") }?.value.port ?? ports.page,
            admin: UInt16(clamping: admin.localAddress?.port ?? 0), client: started.sidecars.last?.outbound ?? 0)
        return Bookinfo(
            ports: given, sidecars: started.sidecars, tally: tally, ingress: ingress, admin: admin, store: store,
            services: started.services, httpbins: started.httpbins, registry: registry)
    }

    func stop() async {
        await store.stop()
        await admin.stop()
        await ingress.drainAndStop()
        for sidecar in sidecars { await sidecar.stop() }
        for service in services { await service.stop() }
        for httpbin in httpbins { await httpbin.stop() }
        registry.remove()
    }

    private static func storeOptions(page: UInt16, paths: [String], _ log: Logger) -> RuleStore.Options {
        let base = LoadResult(bootstrap: Bootstrap(), diagnostics: [], document: .object([]))
        var options = RuleStore.Options(base: base) { text, name in
            ConfigurationLoader.load(
                text: text, file: name, readVariable: ConfigurationFile.variable, readFile: ConfigurationFile.read)
        }
        options.identity.labels = ["istio": "ingressgateway"]
        // The Gateway says 80, as in a cluster.
        options.identity.gatewayPortOffset = Int(page) - 80
        options.paths = paths
        options.log = log
        return options
    }
}

/// Where the registry is written: a folder of its own, taken away at the end.
struct BookinfoRegistryFile: Sendable {
    private let folder: String
    var path: String { folder + "/registry.yaml" }

    init(_ text: String) throws {
        var name = Array("/tmp/apus-bookinfo-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw DemoFailure("no folder can be made in /tmp: errno \(errno)") }
        folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let file = fopen(path, "w") else { throw DemoFailure("\(path) cannot be written: errno \(errno)") }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw DemoFailure("\(path) cannot be written: errno \(errno)")
        }
    }

    func remove() {
        unlink(path)
        rmdir(folder)
    }
}
