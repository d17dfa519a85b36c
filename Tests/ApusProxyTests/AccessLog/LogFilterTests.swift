import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

@Suite struct LogFilterTests {
    private func accepts(_ filter: AccessLogFilter, _ exchange: Exchange) throws -> Bool {
        try CompiledLogFilter(filter).accepts(exchange, status: exchange.status)
    }

    private func status(_ op: ComparisonOperator, _ value: UInt32) -> AccessLogFilter {
        .statusCode(AccessLogComparison(op: op, value: RuntimeUInt32(defaultValue: value)))
    }

    @Test func statusesAreCompared() throws {
        let exchange = makeExchange()
        exchange.status = 404
        #expect(try accepts(status(.greaterOrEqual, 400), exchange))
        #expect(try accepts(status(.equal, 404), exchange))
        #expect(try accepts(status(.lessOrEqual, 404), exchange))
        #expect(try !accepts(status(.notEqual, 404), exchange))
        #expect(try !accepts(status(.greaterOrEqual, 500), exchange))
    }

    @Test func durationsAreComparedInMilliseconds() throws {
        let exchange = makeExchange()
        exchange.started = exchange.worker.now - .milliseconds(250)
        func longer(_ than: UInt32) -> AccessLogFilter {
            .duration(AccessLogComparison(op: .greaterOrEqual, value: RuntimeUInt32(defaultValue: than)))
        }
        #expect(try accepts(longer(250), exchange))
        #expect(try !accepts(longer(251), exchange))
    }

    @Test func flagsMatchByNameOrAtAll() throws {
        let exchange = makeExchange()
        #expect(try !accepts(.responseFlag([]), exchange))
        exchange.flags = .noRouteFound
        #expect(try accepts(.responseFlag([]), exchange))
        #expect(try accepts(.responseFlag(["UF", "NR"]), exchange))
        #expect(try !accepts(.responseFlag(["UF"]), exchange))
    }

    @Test func conditionsCombine() throws {
        let exchange = makeExchange("GET", "/", headers: [("x-log", "yes")])
        exchange.status = 201
        let header = AccessLogFilter.header(HeaderMatcher(name: "x-log"))
        #expect(try accepts(.and([.notHealthCheck, .or([status(.equal, 500), header])]), exchange))
        exchange.isHealthCheck = true
        #expect(try !accepts(.and([.notHealthCheck, header]), exchange))
    }

    @Test func oneRequestIdAlwaysFallsOnTheSameSide() throws {
        let half = AccessLogFilter.runtime(
            AccessLogSampling(runtimeKey: "", percentSampled: Fraction(numerator: 50)))
        let low = makeExchange("GET", "/", headers: [("x-request-id", "00000010-0000-4000-8000-000000000000")])
        let high = makeExchange("GET", "/", headers: [("x-request-id", "00000060-0000-4000-8000-000000000000")])
        for _ in 0..<20 {
            #expect(try accepts(half, low))
            #expect(try !accepts(half, high))
        }
        #expect(
            try !accepts(.runtime(AccessLogSampling(runtimeKey: "", percentSampled: .never)), makeExchange()))
    }

    @Test func statusesOfGRPCMayBeExcluded() throws {
        let exchange = makeExchange()
        exchange.response.add(HeaderName("grpc-status"), "14".copied)
        #expect(try accepts(.grpcStatus(statuses: [14], exclude: false), exchange))
        #expect(try !accepts(.grpcStatus(statuses: [14], exclude: true), exchange))
    }
}
