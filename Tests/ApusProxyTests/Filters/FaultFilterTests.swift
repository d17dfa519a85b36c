import ApusConfig
import Testing

@testable import ApusProxy

struct FaultFilterTests {
    @Test func `a fixed delay comes before an abort`() throws {
        let fault = HTTPFault(
            delay: FaultDelay(duration: .fixed(.milliseconds(400)), percentage: .always),
            abort: FaultAbort(status: .http(503), percentage: .always))
        let filter = try FaultFilter(fault, .test("fault.both"))
        let exchange = makeExchange()
        let (wait, then) = try #require(filter.onRequest(exchange).delay)
        #expect(wait == .milliseconds(400))
        let reply = try #require(then.reply)
        #expect(reply.status == 503)
        #expect(reply.body == "fault filter abort")
        #expect(reply.details == "fault_filter_abort")
        #expect(reply.flags == .faultInjected)
        #expect(exchange.flags == .delayInjected)
        let counters = exchange.worker.counters(filter.stats)
        #expect(counters[.delaysInjected] == 1)
        // The client may go away while it waits.
        #expect(counters[.abortsInjected] == 0)
        reply.adjust?(exchange.response)
        #expect(counters[.abortsInjected] == 1)
    }

    @Test func `a gRPC abort is 200 with its status`() throws {
        let reply = try #require(abort(.grpc(14), "fault.grpc").onRequest(makeExchange()).reply)
        #expect(reply.status == 200)
        #expect(reply.grpcStatus == 14)
    }

    @Test(arguments: [(0, 0...0), (25, 180...320), (50, 420...580), (100, 1000...1000), (250, 1000...1000)])
    func `a percentage is a share of requests`(percent: UInt32, band: ClosedRange<Int>) throws {
        let fault = HTTPFault(abort: FaultAbort(status: .http(500), percentage: Fraction(numerator: percent)))
        let filter = try FaultFilter(fault, .test("fault.share"))
        let exchange = makeExchange()
        let aborted = (0..<1000).count { _ in filter.onRequest(exchange).reply != nil }
        #expect(band.contains(aborted))
        filter.onComplete(exchange)
    }

    @Test func `headers ask for aborts where that is configured`() throws {
        let filter = try abort(.header, "fault.header")
        func status(_ headers: [(String, String)]) -> Int? {
            filter.onRequest(makeExchange(headers: headers)).reply?.status
        }
        #expect(status([("x-envoy-fault-abort-request", "429")]) == 429)
        #expect(status([]) == nil)
        #expect(status([("x-envoy-fault-abort-request", "99")]) == nil)
        #expect(status([("x-envoy-fault-abort-request", "600")]) == nil)
        #expect(status([("x-envoy-fault-abort-request", "abc")]) == nil)
        #expect(status([("x-envoy-fault-abort-grpc-request", "5")]) == 200)
        #expect(status([("x-envoy-fault-abort-grpc-request", "5"), ("x-envoy-fault-abort-request", "418")]) == 418)
        #expect(
            status([("x-envoy-fault-abort-request", "503"), ("x-envoy-fault-abort-request-percentage", "0")]) == nil)
    }

    @Test func `a header can lower the share and never raise it`() throws {
        let fault = HTTPFault(abort: FaultAbort(status: .header, percentage: .never))
        let filter = try FaultFilter(fault, .test("fault.raise"))
        let exchange = makeExchange(headers: [
            ("x-envoy-fault-abort-request", "503"), ("x-envoy-fault-abort-request-percentage", "100"),
        ])
        #expect(filter.onRequest(exchange).isNext)
    }

    @Test func `headers ask for delays, of any size`() throws {
        let fault = HTTPFault(delay: FaultDelay(duration: .header, percentage: .always))
        let filter = try FaultFilter(fault, .test("fault.delay"))
        func wait(_ value: String) -> Duration? {
            filter.onRequest(makeExchange(headers: [("x-envoy-fault-delay-request", value)])).delay?.duration
        }
        #expect(wait("300") == .milliseconds(300))
        #expect(wait("0") == nil)
        #expect(wait("-1") == nil)
        #expect(wait("18446744073709551615") == .seconds(864_000))
    }

    @Test func `without a fault there is no filter, whatever headers say`() throws {
        #expect(try FaultFilter.make(.fault(HTTPFault()), nil, .test("fault.none")) == nil)
    }

    @Test func `all conditions must hold`() throws {
        let fault = HTTPFault(
            abort: FaultAbort(status: .http(500), percentage: .always), upstreamCluster: "v1",
            headers: [HeaderMatcher(name: "x-chaos", match: .string(StringMatcher(pattern: .exact("on"))))],
            downstreamNodes: ["n1", "n2"])
        let filter = try FaultFilter(fault, .test("fault.conditions"))
        let good = [("x-chaos", "on"), ("x-envoy-downstream-service-node", "n2")]
        #expect(filter.onRequest(makeExchange(headers: good)).reply != nil)
        #expect(filter.onRequest(makeExchange(headers: good, cluster: "v2")).isNext)
        #expect(filter.onRequest(makeExchange(headers: good, forwards: false)).isNext)
        #expect(filter.onRequest(makeExchange(headers: [good[0]])).isNext)
        #expect(filter.onRequest(makeExchange(headers: [good[1]])).isNext)
    }

    @Test func `no more faults than allowed are active at a time`() throws {
        let fault = HTTPFault(
            delay: FaultDelay(duration: .fixed(.seconds(1)), percentage: .always), maxActiveFaults: 1)
        let filter = try FaultFilter(fault, .test("fault.limited"))
        let first = makeExchange()
        let second = makeExchange()
        #expect(filter.onRequest(first).delay != nil)
        #expect(filter.onRequest(second).isNext)
        #expect(second.worker.counters(filter.stats)[.faultsOverflow] == 1)
        filter.onComplete(second)
        filter.onComplete(first)
        filter.onComplete(first)
        #expect(filter.active.current == 0)
        #expect(first.worker.counters(filter.stats)[.activeFaults] == 0)
        #expect(filter.onRequest(second).delay != nil)
        filter.onComplete(second)
    }

    @Test func `only a fault that was drawn can be one too many`() throws {
        let limited = { (share: Fraction) in
            HTTPFault(
                delay: FaultDelay(duration: .fixed(.seconds(1)), percentage: share),
                abort: FaultAbort(status: .http(500), percentage: share), maxActiveFaults: 0)
        }
        let exchange = makeExchange()
        let never = try FaultFilter(limited(.never), .test("fault.undrawn"))
        #expect(never.onRequest(exchange).isNext)
        #expect(exchange.worker.counters(never.stats)[.faultsOverflow] == 0)
        // The delay and the abort are two.
        let both = try FaultFilter(limited(.always), .test("fault.drawn"))
        #expect(both.onRequest(exchange).isNext)
        #expect(exchange.worker.counters(both.stats)[.faultsOverflow] == 2)
    }

    @Test func `faults are counted for the cluster that the client says it is of, too`() throws {
        let filter = try abort(.http(500), "fault.clients")
        let exchange = makeExchange(headers: [("x-envoy-downstream-service-cluster", "front")])
        try #require(filter.onRequest(exchange).reply).adjust?(exchange.response)
        let group = try #require(filter.clients?.group(for: "front".copied))
        #expect(group.prefix == "http.fault.clients.fault.front.")
        #expect(exchange.worker.counters(group)[.abortsInjected] == 1)
        for name in 0..<1000 { _ = filter.clients?.group(for: "\(name)".copied) }
        #expect(filter.clients?.group(for: "one-too-many".copied) == nil)
    }

    @Test func `a route's fault takes the place of the listener's`() throws {
        let settings = FilterSettings.fault(HTTPFault(abort: FaultAbort(status: .http(599), percentage: .always)))
        let own = HTTPFault(abort: FaultAbort(status: .http(501), percentage: .always))
        let filter = try FaultFilter.make(settings, FilterOverride(setting: .fault(own)), .test("fault.route"))
        #expect(filter?.onRequest(makeExchange()).reply?.status == 501)
        let off = try FaultFilter.make(settings, FilterOverride(setting: .fault(HTTPFault())), .test("fault.route"))
        #expect(off == nil)
    }

    @Test func `a limit on answers is refused`() {
        let fault = HTTPFault(responseRateLimit: FaultRateLimit(limit: .fixed(limitKbps: 1)))
        #expect(throws: FilterRefusal.self) { try FaultFilter.make(.fault(fault), nil, .test("fault.refused")) }
    }

    private func abort(_ status: FaultStatus, _ prefix: String) throws -> FaultFilter {
        try FaultFilter(HTTPFault(abort: FaultAbort(status: status, percentage: .always)), .test(prefix))
    }
}
