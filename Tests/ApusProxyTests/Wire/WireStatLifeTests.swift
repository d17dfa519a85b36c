import ApusConfig
import NIOConcurrencyHelpers
import Testing

@testable import ApusProxy

@Suite("On the wire: statistics live as long as what they are of", .timeLimit(.minutes(3)))
struct WireStatLifeTests {
    /// Routes by the first part of the path, which is the name of a cluster.
    private func configuration(_ names: [String], _ upstream: WireUpstream) -> LoadResult {
        let routes = names.map { "{ match: { prefix: /\($0)/ }, route: { cluster: \($0), timeout: 0s } }" }.joined(
            separator: ", ")
        return WireProxy.load(
            WireProxy.configuration(
                routes: "[\(routes)]", clusters: names.map { WireProxy.cluster($0, upstream, Self.outliers) }))
    }

    private static let outliers = "outlier_detection: {},"

    /// How many groups of the process there are of clusters whose names begin like this.
    private func groups(_ name: String) -> Int {
        StatGroups.shared.table.groups.count { group in
            switch group?.shape {
            case .counters(let prefix, _, _), .codes(let prefix), .histogram(let prefix, _):
                prefix.hasPrefix("cluster.\(name)")
            case nil: false
            }
        }
    }

    private func numbers(_ proxy: WireProxy) async throws -> [Int] {
        var counts: [Int] = []
        for worker in proxy.proxy.workers {
            counts.append(try await worker.loop.submit { worker.numbersCount }.get())
        }
        return counts
    }

    @Test("Two thousand clusters that come and go leave no numbers, and others' go on")
    func comingAndGoing() async throws {
        let upstream = try await WireUpstream.answering("up")
        let few = ["life-stays"]
        let many = few + (0..<2000).map { "life-comes-\($0)" }
        let proxy = try await WireProxy.start(configuration(few, upstream))
        // Which worker a connection comes to is chance: so many come to both.
        for _ in 0..<40 { _ = try await proxy.get("/life-stays/") }
        let before = try await numbers(proxy)
        for _ in 1...2 {
            try await proxy.proxy.replace(with: configuration(many, upstream))
            #expect(groups("life-comes-") == 2000 * 9)
            for number in stride(from: 0, to: 2000, by: 100) {
                for _ in 0..<4 { #expect(try await proxy.get("/life-comes-\(number)/").status == 200) }
            }
            #expect(await proxy.stat("cluster.life-comes-1900.upstream_rq_completed") == 4)
            try await proxy.proxy.replace(with: configuration(few, upstream))
            try await proxy.eventually("the groups are gone") { groups("life-comes-") == 0 }
            try await proxy.eventually("the workers' numbers are gone") { try await numbers(proxy) == before }
            #expect(await proxy.stat("cluster.life-stays.upstream_rq_completed") == 40)
        }
        #expect(groups("life-stays") == 9)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A cluster that comes back begins at zero")
    func back() async throws {
        let upstream = try await WireUpstream.answering("up")
        let (with, without) = (["life-a", "life-b"], ["life-a"])
        let proxy = try await WireProxy.start(configuration(with, upstream))
        for _ in 0..<3 { _ = try await proxy.get("/life-b/") }
        #expect(await proxy.stat("cluster.life-b.upstream_rq_total") == 3)
        try await proxy.proxy.replace(with: configuration(with, upstream))
        #expect(await proxy.stat("cluster.life-b.upstream_rq_total") == 3, "it was there all the time")
        try await proxy.proxy.replace(with: configuration(without, upstream))
        #expect(await proxy.stat("cluster.life-b.upstream_rq_total") == -1)
        try await proxy.eventually("nothing is left of it") { groups("life-b") == 0 }
        try await proxy.proxy.replace(with: configuration(with, upstream))
        #expect(await proxy.stat("cluster.life-b.upstream_rq_total") == 0)
        _ = try await proxy.get("/life-b/")
        #expect(await proxy.stat("cluster.life-b.upstream_rq_total") == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A request that is under way on a cluster that goes ends well, and then its statistics go")
    func underWay() async throws {
        let go = NIOLockedValueBox(false)
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                while request.path.hasSuffix("/wait"), !go.withLockedValue({ $0 }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate")
            }
        }
        let proxy = try await WireProxy.start(configuration(["life-c", "life-d"], upstream))
        let client = try await proxy.connect()
        try await client.send("GET /life-d/wait HTTP/1.1\r\nhost: test\r\n\r\n")
        try await proxy.eventually("the request is under way") {
            await proxy.stat("cluster.life-d.upstream_rq_active") == 1
        }
        try await proxy.proxy.replace(with: configuration(["life-c"], upstream))
        // Others take the ids that are free.
        for round in 0..<5 {
            let names = ["life-c"] + (0..<20).map { "life-e-\(round)-\($0)" }
            try await proxy.proxy.replace(with: configuration(names, upstream))
            for name in names { _ = try await proxy.get("/\(name)/") }
            for name in names.dropFirst() { #expect(await proxy.stat("cluster.\(name).upstream_rq_total") == 1) }
        }
        #expect(groups("life-d") == 9)
        // It comes back while the old one is still at work: they count together, as they do in Envoy.
        try await proxy.proxy.replace(with: configuration(["life-c", "life-d"], upstream))
        #expect(await proxy.stat("cluster.life-d.upstream_rq_active") == 1)
        try await proxy.proxy.replace(with: configuration(["life-c"], upstream))
        go.withLockedValue { $0 = true }
        let answer = try await client.readMessage()
        #expect(answer.status == 200)
        #expect(answer.body == "late")
        try await proxy.eventually("nothing is left of it") { groups("life-d") == 0 && groups("life-e") == 0 }
        #expect(await proxy.stat("cluster.life-c.upstream_rq_total") == 5)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("What a script counts goes on with the next script of the same filter, and ends with the filter")
    func scripts() async throws {
        let upstream = try await WireUpstream.answering("up")
        func configuration(_ script: String?) -> LoadResult {
            let routes = "[{ match: { prefix: / }, route: { cluster: life-f } }]"
            let filters = script.map { WireProxy.lua($0, more: "stat_prefix: life,") }
            return WireProxy.load(
                WireProxy.configuration(
                    routes: routes, clusters: [WireProxy.cluster("life-f", upstream)],
                    filters: filters ?? "{ name: envoy.filters.http.router }"))
        }
        func script(_ name: String) -> String {
            "function envoy_on_request(handle) handle:stats():counter(\"\(name)\"):inc() end"
        }
        let proxy = try await WireProxy.start(configuration(script("seen")))
        for _ in 0..<6 { _ = try await proxy.get() }
        #expect(await proxy.stat("http.test.lua.life.seen") == 6)
        try await proxy.proxy.replace(with: configuration(script("noticed")))
        _ = try await proxy.get()
        #expect(await proxy.stat("http.test.lua.life.seen") == 6)
        #expect(await proxy.stat("http.test.lua.life.noticed") == 1)
        try await proxy.proxy.replace(with: configuration(nil))
        try await proxy.eventually("nothing is left of it") {
            await proxy.stat("http.test.lua.life.seen") == -1
        }
        try await proxy.proxy.replace(with: configuration(script("seen")))
        _ = try await proxy.get()
        #expect(await proxy.stat("http.test.lua.life.seen") == 1)
        await proxy.stop()
        await upstream.stop()
    }

    @Test("A listener whose statistics get another name takes its open connections along")
    func renaming() async throws {
        let upstream = try await WireUpstream.answering("up")
        func configuration(_ name: String) -> LoadResult {
            WireProxy.load(
                WireProxy.configuration(
                    clusters: [WireProxy.cluster("v1", upstream)], listener: "stat_prefix: \(name)"))
        }
        let proxy = try await WireProxy.start(configuration("life-one"))
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        _ = try await client.readMessage()
        #expect(await proxy.stat("listener.life-one.downstream_cx_active") == 1)
        try await proxy.proxy.replace(with: configuration("life-two"))
        #expect(await proxy.stat("listener.life-two.downstream_cx_active") == 1)
        await client.close()
        try await proxy.eventually("the connection has ended") {
            await proxy.stat("listener.life-two.downstream_cx_active") == 0
        }
        #expect(await proxy.stat("listener.life-two.downstream_cx_destroy") == 1)
        await proxy.stop()
        await upstream.stop()
    }
}
