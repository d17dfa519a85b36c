import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

struct HealthCheckFilterTests {
    private let health = ServerHealth()

    @Test func `a health check is answered 200 and marked with the node's cluster`() throws {
        let filter = try make("ok")
        let exchange = check()
        let reply = try #require(filter.onRequest(exchange).reply)
        #expect(reply.status == 200)
        #expect(reply.details == "health_check_ok")
        #expect(reply.flags == [])
        #expect(exchange.isHealthCheck)
        _ = filter.onResponse(exchange)
        #expect(exchange.response.values("x-envoy-upstream-healthchecked-cluster") == ["edge"])
        let counters = exchange.worker.counters(filter.stats)
        #expect(counters[.requestTotal] == 1)
        #expect(counters[.ok] == 1)
    }

    @Test func `a health check with a body is answered when it is complete`() throws {
        let exchange = check()
        exchange.requestEnded = false
        #expect(try make("body").onRequest(exchange).bufferLimit != nil)
        exchange.requestEnded = true
        #expect(try make("body").onRequest(exchange).reply?.status == 200)
    }

    @Test func `other requests are left alone`() throws {
        let filter = try make("other")
        let exchange = makeExchange("GET", "/else")
        #expect(filter.onRequest(exchange).isNext)
        _ = filter.onResponse(exchange)
        #expect(exchange.response.byteSize == 0)
    }

    @Test func `a server told to fail says so to everybody`() throws {
        let filter = try make("failed", passThrough: true)
        health.fail()
        let exchange = check()
        let reply = try #require(filter.onRequest(exchange).reply)
        #expect(reply.status == 503)
        #expect(reply.details == "health_check_failed")
        #expect(reply.flags == .failedLocalHealthCheck)
        reply.adjust?(exchange.response)
        #expect(exchange.response.values("x-envoy-immediate-health-check-fail") == ["true"])
        #expect(exchange.worker.counters(filter.stats)[.failed] == 1)
        let other = makeExchange("GET", "/else")
        _ = filter.onRequest(other)
        _ = filter.onResponse(other)
        #expect(other.response.values("x-envoy-immediate-health-check-fail") == ["true"])
        health.recover()
        #expect(filter.onRequest(check()).isNext)
    }

    @Test func `an answer of the upstream is repeated for a while`() throws {
        let filter = try make("cache", passThrough: true, cacheTime: .seconds(2))
        let first = check()
        #expect(filter.onRequest(first).isNext)
        first.response.status = 203
        first.response.add(HeaderName("x-envoy-degraded"), "".copied)
        _ = filter.onResponse(first)

        let second = check()
        second.worker.now = second.worker.now + .milliseconds(1999)
        let reply = try #require(filter.onRequest(second).reply)
        #expect(reply.status == 203)
        #expect(reply.details == "health_check_cached")
        second.response.status = 203
        reply.adjust?(second.response)
        #expect(second.response.values("x-envoy-degraded") == [""])
        // A repeated answer is not an answer to repeat.
        _ = filter.onResponse(second)
        let third = check()
        third.worker.now = third.worker.now + .seconds(2)
        #expect(filter.onRequest(third).isNext)
    }

    @Test(
        arguments: [
            (0, nil, .clusterNotFound), (0, (0, 0), nil), (50, (0, 0), .clusterEmpty), (50, (2, 1), nil),
            (51, (2, 1), .clusterUnhealthy), (100, (3, 3), nil),
        ] as [(Double, (Int, Int)?, HealthCheckOutcome?)])
    func `clusters must have their share of endpoints`(
        percent: Double, counts: (Int, Int)?, expected: HealthCheckOutcome?
    ) {
        let membership = counts.map { ClusterMembership(total: $0.0, available: $0.1) }
        #expect(ClusterMinimum(cluster: 0, percent: percent).failure(membership) == expected)
    }

    @Test func `a cluster that is not there fails the check`() throws {
        let filter = try make("nowhere", minimums: ["nope": 0])
        let exchange = check()
        let reply = try #require(filter.onRequest(exchange).reply)
        #expect(reply.status == 503)
        #expect(reply.details == "health_check_failed_no_cluster_found")
        #expect(exchange.worker.counters(filter.stats)[.failedClusterNotFound] == 1)
    }

    private func check() -> Exchange { makeExchange("GET", "/healthz", node: Node(cluster: "edge")) }

    private func make(
        _ prefix: String, passThrough: Bool = false, cacheTime: Duration? = nil, minimums: [String: Double] = [:]
    ) throws -> ApusProxy.HealthCheckFilter {
        let settings = ApusConfig.HealthCheckFilter(
            passThroughMode: passThrough, cacheTime: cacheTime, clusterMinHealthyPercentages: minimums,
            headers: [HeaderMatcher(name: ":path", match: .string(StringMatcher(pattern: .exact("/healthz"))))])
        var context = FilterContext.test(prefix)
        context.serverHealth = health
        let made = try ApusProxy.HealthCheckFilter.make(.healthCheck(settings), nil, context)
        return try #require(made as? ApusProxy.HealthCheckFilter)
    }
}
