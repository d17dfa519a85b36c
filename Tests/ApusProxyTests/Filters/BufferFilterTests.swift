import ApusConfig
import Testing

@testable import ApusProxy

struct BufferFilterTests {
    private let filter = BufferFilter(limit: 1000)

    @Test func `it waits for the whole body`() {
        let exchange = makeExchange("POST")
        exchange.requestEnded = false
        #expect(filter.onRequest(exchange).bufferLimit == 1000)
    }

    @Test func `a request without a body goes on unchanged`() {
        let exchange = makeExchange()
        #expect(filter.onRequest(exchange).isNext)
        #expect(exchange.request.values("content-length") == [])
    }

    @Test func `a body that came in chunks gets a length`() {
        let exchange = makeExchange("POST", headers: [("transfer-encoding", "chunked")])
        exchange.requestQueuedBytes = 11
        #expect(filter.onRequest(exchange).isNext)
        #expect(exchange.request.values("content-length") == ["11"])
        #expect(exchange.request.values("transfer-encoding") == [])
    }

    @Test func `trailers keep their chunks`() {
        let exchange = makeExchange("POST", headers: [("transfer-encoding", "chunked")])
        exchange.requestQueuedBytes = 11
        exchange.requestTrailers = Head()
        #expect(filter.onRequest(exchange).isNext)
        #expect(exchange.request.values("content-length") == [])
    }

    @Test func `a body that is there already and too long is held against the limit`() {
        let exchange = makeExchange("POST")
        exchange.requestQueuedBytes = 1001
        #expect(filter.onRequest(exchange).bufferLimit == 1000)
    }

    @Test func `tunnels are not waited for`() {
        let exchange = makeExchange()
        exchange.requestEnded = false
        exchange.isUpgrade = true
        #expect(filter.onRequest(exchange).isNext)
    }

    @Test func `a route may have another limit or none`() throws {
        let settings = FilterSettings.buffer(BufferSettings(maxRequestBytes: 1000))
        func make(_ override: BufferOverride) throws -> BufferFilter? {
            try BufferFilter.make(settings, FilterOverride(setting: .buffer(override)), .test("b")) as? BufferFilter
        }
        #expect(try make(.buffer(BufferSettings(maxRequestBytes: 5000)))?.limit == 5000)
        #expect(try make(.disabled) == nil)
    }
}
