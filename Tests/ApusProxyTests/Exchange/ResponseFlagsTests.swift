import Testing

@testable import ApusProxy

@Suite("Response flags")
struct ResponseFlagsTests {
    @Test("Flags are printed in the order in which they were raised")
    func order() {
        let exchange = makeExchange()
        exchange.flags.insert(.upstreamRetryLimitExceeded)
        exchange.flags.insert(.upstreamConnectionTermination)
        exchange.flags.insert(.upstreamRetryLimitExceeded)
        #expect(exchange.flagText(long: false) == "URX,UC")
        #expect(exchange.flagText(long: true) == "UpstreamRetryLimitExceeded,UpstreamConnectionTermination")
    }

    @Test("A new life has no flags")
    func cleared() {
        let exchange = makeExchange()
        exchange.flags.insert(.delayInjected)
        exchange.clear()
        #expect(exchange.flagText(long: false) == "-")
        exchange.flags.insert(.faultInjected)
        #expect(exchange.flagText(long: false) == "FI")
    }

    @Test("A status that belongs to no class is counted in none")
    func oddStatus() {
        #expect(ConnectionManagerCounter.forStatus(600) == nil)
        #expect(ConnectionManagerCounter.forStatus(101) == .downstreamRq1xx)
    }
}
