import ApusConfig
import Testing

@testable import ApusProxy

struct OutlierMonitorTests {
    private func monitor(_ change: (inout OutlierDetection) -> Void = { _ in }) -> OutlierMonitor {
        var settings = OutlierDetection()
        settings.consecutive5xx = 3
        settings.consecutiveGatewayFailure = 2
        settings.consecutiveLocalOriginFailure = 2
        change(&settings)
        return OutlierMonitor(id: 1, thresholds: OutlierThresholds(settings))
    }

    private func outcomes(_ monitor: OutlierMonitor, _ outcomes: [OutlierOutcome]) -> [[OutlierKind]] {
        outcomes.map { monitor.record($0).kinds }
    }

    @Test func `failures count in a row`() {
        let found = outcomes(
            monitor(),
            [.status(500), .status(500), .status(404), .status(500), .status(500), .status(500), .status(500)])
        #expect(found == [[], [], [], [], [], [.consecutive5xx], []])
    }

    @Test func `502, 503 and 504 are failures of a gateway as well`() {
        #expect(
            outcomes(monitor(), [.status(503), .status(500), .status(502)]) == [[], [], [.consecutive5xx]])
        #expect(
            outcomes(monitor(), [.status(500), .status(503), .status(504)])
                == [[], [], [.consecutiveGatewayFailure, .consecutive5xx]])
    }

    @Test func `where statuses are named only those are failures`() {
        let monitor = monitor {
            $0.errorStatuses = [404, 503]
            $0.consecutive5xx = 2
        }
        #expect(outcomes(monitor, [.status(500), .status(500), .status(404), .status(500)]) == [[], [], [], []])
        #expect(outcomes(monitor, [.status(404), .status(503)]) == [[], [.consecutive5xx]])
        #expect(
            outcomes(monitor, [.status(200), .failed, .timedOut(status: 504)]) == [
                [], [], [.consecutiveGatewayFailure, .consecutive5xx],
            ])
    }

    @Test func `what does not answer counts as an answer of 503 or 504`() {
        #expect(outcomes(monitor(), [.failed, .timedOut(status: 504)]) == [[], [.consecutiveGatewayFailure]])
        #expect(outcomes(monitor(), [.failed, .timedOut(status: 204), .failed]) == [[], [], []])
    }

    @Test func `told apart, failures to connect count for themselves until a connection comes about`() {
        let monitor = monitor { $0.splitExternalLocalOriginErrors = true }
        #expect(
            outcomes(monitor, [.failed, .connected, .status(503), .failed, .timedOut(status: 504)])
                == [[], [], [], [], [.consecutiveLocalOriginFailure]])
        #expect(
            monitor.takeCounts()
                == OutlierCounts(
                    external: .init(tries: 1, successes: 0), localOrigin: .init(tries: 4, successes: 1)))
    }

    @Test func `a limit of 0 is never reached`() {
        let monitor = monitor {
            $0.consecutive5xx = 0
            $0.consecutiveGatewayFailure = 0
        }
        for _ in 0..<20 { #expect(monitor.record(.failed).isEmpty) }
    }

    @Test func `counts are taken once`() {
        let monitor = monitor()
        for status in [200, 500, 301, 499] { _ = monitor.record(.status(status)) }
        #expect(monitor.takeCounts().external == .init(tries: 4, successes: 3))
        #expect(monitor.takeCounts() == OutlierCounts())
    }

    @Test func `who comes back begins anew`() {
        let monitor = monitor()
        _ = outcomes(monitor, [.status(500), .status(500)])
        monitor.eject()
        #expect(monitor.isEjected)
        monitor.takeBack()
        #expect(!monitor.isEjected)
        #expect(outcomes(monitor, [.status(500), .status(500), .status(500)]) == [[], [], [.consecutive5xx]])
    }
}
