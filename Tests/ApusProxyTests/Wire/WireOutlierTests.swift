import NIOConcurrencyHelpers
import Testing

@testable import ApusProxy

@Suite("On the wire: endpoints that fail")
struct WireOutlierTests {
    /// An endpoint that answers with its name, and with a status that a test may change.
    private struct Endpoint {
        let upstream: WireUpstream
        let status: NIOLockedValueBox<Int>

        static func start(_ name: String) async throws -> Endpoint {
            let status = NIOLockedValueBox(200)
            let upstream = try await WireUpstream.start { connection, _ in
                while true {
                    _ = try await connection.readMessage()
                    let status = status.withLockedValue { $0 }
                    try await connection.send("HTTP/1.1 \(status) X\r\ncontent-length: 1\r\n\r\n\(name)")
                }
            }
            return Endpoint(upstream: upstream, status: status)
        }

        private init(upstream: WireUpstream, status: NIOLockedValueBox<Int>) {
            self.upstream = upstream
            self.status = status
        }

        func answer(_ status: Int) { self.status.withLockedValue { $0 = status } }
    }

    private static func start(
        _ settings: String, of endpoints: [Endpoint], policy: String = "ROUND_ROBIN", panic: Int = 50,
        window: String = "0s",
        workers: Int = 1
    ) async throws -> WireProxy {
        let list = endpoints.map {
            "{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: \($0.upstream.port) } } } }"
        }
        return try await WireProxy.start(
            clusters: [
                """
                { name: v1, type: STATIC, lb_policy: \(policy), \(policy == "MAGLEV" ? "maglev_lb_config: { table_size: 251 }," : "") outlier_detection: { \(settings) }, \
                common_lb_config: { update_merge_window: \(window), healthy_panic_threshold: { value: \(panic) } }, \
                load_assignment: { cluster_name: v1, endpoints: [{ lb_endpoints: [\(list.joined(separator: ", "))] }] } }
                """
            ], workers: workers)
    }

    private func bodies(_ proxy: WireProxy, _ count: Int) async throws -> [String] {
        let client = try await proxy.connect()
        var bodies: [String] = []
        for _ in 0..<count {
            try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
            bodies.append(try await client.readMessage().body)
        }
        await client.close()
        return bodies
    }

    private static let quick = "consecutive_5xx: 3, interval: 0.05s, max_ejection_percent: 100"

    @Test(
        "An endpoint that fails is left out, and comes back",
        arguments: ["ROUND_ROBIN", "RANDOM", "LEAST_REQUEST", "RING_HASH", "MAGLEV"])
    func outAndBack(policy: String) async throws {
        let (a, b) = (try await Endpoint.start("a"), try await Endpoint.start("b"))
        let proxy = try await Self.start("\(Self.quick), base_ejection_time: 8s", of: [a, b], policy: policy)
        a.answer(500)
        try await proxy.eventually("ejected") {
            _ = try await bodies(proxy, 1)
            return await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1
        }
        #expect(try await Set(bodies(proxy, 12)) == ["b"])
        #expect(await proxy.stat("cluster.v1.membership_healthy") == 1)
        #expect(await proxy.proxy.clusterReadings().first?.endpoints.map(\.failedOutlierCheck) == [true, false])
        a.answer(200)
        try await proxy.eventually("back") {
            await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 0
        }
        try await proxy.eventually("used again") { try await bodies(proxy, 1) == ["a"] }
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_enforced_total") == 1)
        await proxy.stop()
        await a.upstream.stop()
        await b.upstream.stop()
    }

    @Test("An active health check that succeeds brings an endpoint back before its time")
    func activeCheck() async throws {
        let (a, b) = (try await Endpoint.start("a"), try await Endpoint.start("b"))
        let proxy = try await Self.start("\(Self.quick), base_ejection_time: 300s", of: [a, b])
        a.answer(500)
        try await proxy.eventually("ejected") {
            _ = try await bodies(proxy, 1)
            return await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1
        }
        a.answer(200)
        let worker = try #require(proxy.proxy.workers.first)
        try await worker.loop.submit {
            let cluster = try #require(worker.clusters.first?.made)
            cluster.compiled.outliers?.passedActiveCheck(try #require(cluster.hosts.first?.monitor))
        }.get()
        try await proxy.eventually("used again") { try await bodies(proxy, 1) == ["a"] }
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 0)
        await proxy.stop()
        await a.upstream.stop()
        await b.upstream.stop()
    }

    @Test("Never more than the largest share is out")
    func largestShare() async throws {
        var endpoints: [Endpoint] = []
        for name in ["a", "b", "c"] { endpoints.append(try await Endpoint.start(name)) }
        let proxy = try await Self.start(
            "consecutive_5xx: 2, interval: 1s, max_ejection_percent: 34", of: endpoints)
        for endpoint in endpoints { endpoint.answer(503) }
        _ = try await bodies(proxy, 30)
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1)
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_overflow") > 0)
        #expect(try await Set(bodies(proxy, 6)).count == 2)
        await proxy.stop()
        for endpoint in endpoints { await endpoint.upstream.stop() }
    }

    @Test("Failures that several workers see are one row, and what one decides all obey")
    func severalWorkers() async throws {
        let (a, b) = (try await Endpoint.start("a"), try await Endpoint.start("b"))
        let proxy = try await Self.start(
            "consecutive_5xx: 40, interval: 1s, max_ejection_percent: 100", of: [a, b], workers: 4)
        a.answer(500)
        try await proxy.eventually("ejected") {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await proxy.get() } }
                try await group.waitForAll()
            }
            return await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1
        }
        for worker in proxy.proxy.workers {
            let health = try await worker.loop.submit {
                worker.clusters.compactMap(\.made).flatMap { $0.hosts.map { $0.health == .unhealthy } }
            }.get()
            #expect(health == [true, false])
        }
        for _ in 0..<32 { #expect(try await proxy.get().body == "b") }
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_enforced_consecutive_5xx") == 1)
        await proxy.stop()
        await a.upstream.stop()
        await b.upstream.stop()
    }

    @Test("Workers hear of a second change within the merge window when that is over")
    func merged() async throws {
        var endpoints: [Endpoint] = []
        for name in ["a", "b", "c"] { endpoints.append(try await Endpoint.start(name)) }
        let proxy = try await Self.start(
            "consecutive_5xx: 1, interval: 30s, max_ejection_percent: 100", of: endpoints, panic: 0, window: "10s")
        endpoints[0].answer(500)
        endpoints[1].answer(500)
        #expect(try await Set(bodies(proxy, 6)) == ["a", "b", "c"])
        try await proxy.eventually("both ejected") {
            await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 2
        }
        #expect(try await Set(bodies(proxy, 6)).count == 2)
        try await proxy.eventually("told", within: .seconds(40)) { try await Set(bodies(proxy, 6)) == ["c"] }
        await proxy.stop()
        for endpoint in endpoints { await endpoint.upstream.stop() }
    }

    @Test("With too few left all are used, and that is counted; without panic nobody is asked")
    func panic() async throws {
        for threshold in [50, 0] {
            let a = try await Endpoint.start("a")
            let proxy = try await Self.start(Self.quick, of: [a], panic: threshold)
            a.answer(500)
            _ = try await bodies(proxy, 3)
            try await proxy.eventually("ejected") {
                await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1
            }
            a.answer(200)
            let answer = try await proxy.get()
            #expect(answer.body == (threshold == 0 ? "no healthy upstream" : "a"))
            #expect(await proxy.stat("cluster.v1.lb_healthy_panic") == (threshold == 0 ? 0 : 1))
            await proxy.stop()
            await a.upstream.stop()
        }
    }

    @Test("An endpoint that cannot be reached is an outlier like one that answers badly")
    func unreachable() async throws {
        let (a, b) = (try await Endpoint.start("a"), try await Endpoint.start("b"))
        for split in [false, true] {
            let proxy = try await Self.start(
                "\(Self.quick), consecutive_local_origin_failure: 2, split_external_local_origin_errors: \(split)",
                of: [a, b])
            if !split { await a.upstream.stop() }
            for _ in 0..<8 { _ = try await proxy.get() }
            #expect(try await bodies(proxy, 6) == Array(repeating: "b", count: 6))
            let kind = split ? "consecutive_local_origin_failure" : "consecutive_5xx"
            #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_enforced_\(kind)") == 1)
            await proxy.stop()
        }
        await b.upstream.stop()
    }

    @Test("A reload that leaves the cluster alone leaves its outliers out; one that changes it begins anew")
    func reload() async throws {
        let (a, b) = (try await Endpoint.start("a"), try await Endpoint.start("b"))
        func text(_ settings: String) -> String {
            let list = [a, b].map {
                "{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: \($0.upstream.port) } } } }"
            }
            return WireProxy.configuration(clusters: [
                """
                { name: v1, type: STATIC, outlier_detection: { \(settings) }, load_assignment: \
                { cluster_name: v1, endpoints: [{ lb_endpoints: [\(list.joined(separator: ", "))] }] } }
                """
            ])
        }
        let proxy = try await WireProxy.start(text(Self.quick))
        a.answer(500)
        try await proxy.eventually("ejected") {
            _ = try await bodies(proxy, 1)
            return await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1
        }
        try await proxy.proxy.replace(with: WireProxy.load(text(Self.quick)))
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 1)
        #expect(try await Set(bodies(proxy, 4)) == ["b"])
        a.answer(200)
        try await proxy.proxy.replace(with: WireProxy.load(text("consecutive_5xx: 9")))
        #expect(await proxy.stat("cluster.v1.outlier_detection.ejections_active") == 0)
        #expect(try await Set(bodies(proxy, 4)) == ["a", "b"])
        await proxy.stop()
        await a.upstream.stop()
        await b.upstream.stop()
    }

    @Test("Connections of a TCP proxy stay with an endpoint that is taken out, unless told not to")
    func tunnels() async throws {
        let echo = try await WireUpstream.start { connection, _ in
            while let data = try await connection.receive() { try await connection.send(String(buffer: data)) }
        }
        for closes in [true, false] {
            let cluster = WireProxy.cluster(
                "v1", echo,
                """
                close_connections_on_host_health_failure: \(closes), \
                outlier_detection: { max_ejection_percent: 100 },
                """)
            let proxy = try await WireProxy.start(WireProxy.tcp(cluster: cluster), workers: 1)
            let client = try await proxy.connect()
            try await client.send("x")
            _ = try await client.read(through: "x")
            let worker = try #require(proxy.proxy.workers.first)
            try await worker.loop.submit {
                let cluster = try #require(worker.clusters.first?.made)
                let monitor = try #require(cluster.hosts.first?.monitor)
                cluster.keeper?.detected(.consecutive5xx, monitor)
                #expect(monitor.isEjected)
            }.get()
            if closes {
                #expect(try await client.receive() == nil)
            } else {
                try await client.send("y")
                _ = try await client.read(through: "y")
            }
            await client.close()
            await proxy.stop()
        }
        await echo.stop()
    }
}
