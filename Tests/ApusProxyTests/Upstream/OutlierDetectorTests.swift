import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

struct OutlierDetectorTests {
    private typealias Tally = OutlierCounts.Tally
    private var random = RandomSource(seed: 1)
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func detector(of count: Int, _ change: (inout OutlierDetection) -> Void = { _ in }) -> OutlierDetector {
        var settings = OutlierDetection()
        settings.interval = .seconds(1)
        settings.baseEjectionTime = .seconds(3)
        settings.maxEjectionTime = .seconds(300)
        settings.maxEjectionPercent = 100
        change(&settings)
        var detector = OutlierDetector(settings)
        detector.update(Array(1...count))
        return detector
    }

    /// Lets a second pass and another, until the endpoint is back; how many it took.
    private mutating func secondsOut(_ detector: inout OutlierDetector, _ now: inout NIODeadline) -> Int {
        for second in 1...1000 {
            now = now + .seconds(1)
            let sweep = detector.sweep(now: now, random: &random) { _ in OutlierCounts() }
            if !sweep.returned.isEmpty { return second }
        }
        return .max
    }

    // MARK: Rows of failures

    @Test mutating func `an endpoint that fails too often in a row is ejected, and once only`() {
        var detector = detector(of: 2)
        let first = detector.detected(.consecutive5xx, host: 1, now: start, random: &random)
        #expect(first == .init(id: 1, kind: .consecutive5xx, verdict: .ejected))
        #expect(detector.detected(.consecutive5xx, host: 1, now: start, random: &random) == nil)
        #expect(detector.ejectedCount == 1)
    }

    @Test mutating func `an endpoint that is gone is not decided about`() {
        var detector = detector(of: 2)
        #expect(detector.detected(.consecutive5xx, host: 9, now: start, random: &random) == nil)
        _ = detector.detected(.consecutive5xx, host: 1, now: start, random: &random)
        detector.update([2])
        #expect(detector.ejectedCount == 0)
    }

    @Test mutating func `what is not enforced is detected and has no effect`() {
        var detector = detector(of: 2)
        let found = detector.detected(.consecutiveGatewayFailure, host: 1, now: start, random: &random)
        #expect(found?.verdict == .spared)
        #expect(detector.ejectedCount == 0)
    }

    @Test mutating func `a share that is enforced ejects that share`() {
        var ejected = 0
        for _ in 0..<1000 {
            var detector = detector(of: 1) { $0.enforcing.consecutive5xx = 30 }
            let found = detector.detected(.consecutive5xx, host: 1, now: start, random: &random)
            if found?.verdict == .ejected { ejected += 1 }
        }
        #expect((250...350).contains(ejected))
    }

    // MARK: How many

    @Test(arguments: [(10, 9, 0), (10, 10, 1), (34, 3, 1), (33, 3, 0), (50, 4, 2), (100, 3, 3), (0, 3, 0)])
    mutating func `never more than the largest share is out`(percent: UInt32, hosts: Int, most: Int) {
        var detector = detector(of: hosts) { $0.maxEjectionPercent = percent }
        var overflows = 0
        for id in 1...hosts {
            let found = detector.detected(.consecutive5xx, host: id, now: start, random: &random)
            if found?.verdict == .overflow { overflows += 1 }
        }
        #expect(detector.ejectedCount == most)
        #expect(overflows == hosts - most)
    }

    @Test mutating func `one may always go where that is asked for`() {
        var detector = detector(of: 3) {
            $0.maxEjectionPercent = 10
            $0.alwaysEjectOneHost = true
        }
        #expect(detector.detected(.consecutive5xx, host: 1, now: start, random: &random)?.verdict == .ejected)
        #expect(detector.detected(.consecutive5xx, host: 2, now: start, random: &random)?.verdict == .overflow)
    }

    // MARK: How long

    @Test mutating func `each ejection lasts longer, up to the longest, and shorter again after quiet intervals`() {
        var detector = detector(of: 1) { $0.maxEjectionTime = .seconds(8) }
        var now = start
        var lasted: [Int] = []
        for _ in 0..<5 {
            _ = detector.detected(.consecutive5xx, host: 1, now: now, random: &random)
            lasted.append(secondsOut(&detector, &now))
        }
        #expect(lasted == [3, 6, 8, 8, 8])
        // Four multiples of the base time are more than the longest time by a base time: it stops growing there.
        for _ in 0..<3 {
            now = now + .seconds(1)
            _ = detector.sweep(now: now, random: &random) { _ in OutlierCounts() }
        }
        _ = detector.detected(.consecutive5xx, host: 1, now: now, random: &random)
        #expect(secondsOut(&detector, &now) == 6)
    }

    @Test mutating func `jitter lengthens an ejection, within its bound`() {
        var lasted: Set<Int> = []
        for _ in 0..<200 {
            var detector = detector(of: 1) { $0.maxEjectionTimeJitter = .seconds(3) }
            var now = start
            _ = detector.detected(.consecutive5xx, host: 1, now: now, random: &random)
            lasted.insert(secondsOut(&detector, &now))
        }
        #expect(lasted.isSubset(of: [3, 4, 5, 6]))
        #expect(lasted.count >= 3)
    }

    @Test mutating func `an active health check that succeeds brings an endpoint back, unless told not to`() {
        for brings in [true, false] {
            var detector = detector(of: 1) { $0.successfulActiveHealthCheckUnejectHost = brings }
            _ = detector.detected(.consecutive5xx, host: 1, now: start, random: &random)
            #expect(detector.passedActiveCheck(host: 1, now: start) == brings)
            #expect(detector.ejectedCount == (brings ? 0 : 1))
        }
    }

    // MARK: Comparison

    private mutating func sweep(
        _ detector: inout OutlierDetector, external: [Tally], localOrigin: [Tally] = []
    ) -> OutlierDetector.Sweep {
        detector.sweep(now: start, random: &random) { id in
            OutlierCounts(
                external: external[id - 1],
                localOrigin: localOrigin.indices.contains(id - 1) ? localOrigin[id - 1] : Tally())
        }
    }

    @Test mutating func `a success rate far below the others' is an outlier's`() {
        var detector = detector(of: 5)
        let good = Tally(tries: 100, successes: 100)
        let sweep = sweep(&detector, external: [Tally(tries: 200, successes: 100), good, good, good, good])
        // Mean 90, standard deviation 20.
        #expect(sweep.external.average == 90)
        #expect(sweep.external.threshold == 52)
        #expect(sweep.external.byHost[1] == 50)
        #expect(sweep.findings == [.init(id: 1, kind: .successRate, verdict: .ejected)])
    }

    @Test mutating func `too few endpoints with enough requests are not compared`() {
        var detector = detector(of: 5)
        let good = Tally(tries: 100, successes: 100)
        let sweep = sweep(
            &detector, external: [Tally(tries: 200, successes: 0), good, good, good, Tally(tries: 99, successes: 99)])
        // For a share of failures there are enough; but that is not enforced.
        #expect(sweep.findings == [.init(id: 1, kind: .failurePercentage, verdict: .spared)])
        #expect(sweep.external.average == OutlierRates.none)
    }

    @Test mutating func `a share of failures that is too large is an outlier's where that is enforced`() {
        var detector = detector(of: 2) {
            $0.failurePercentage.minimumHosts = 2
            $0.failurePercentage.threshold = 60
            $0.enforcing.failurePercentage = 100
        }
        let sweep = sweep(
            &detector, external: [Tally(tries: 50, successes: 20), Tally(tries: 50, successes: 21)])
        #expect(sweep.findings == [.init(id: 1, kind: .failurePercentage, verdict: .ejected)])
    }

    @Test mutating func `connections that fail are compared apart`() {
        var detector = detector(of: 5)
        let good = Tally(tries: 100, successes: 100)
        let all = Array(repeating: good, count: 5)
        let sweep = sweep(
            &detector, external: all, localOrigin: [good, good, Tally(tries: 100, successes: 10), good, good])
        #expect(sweep.findings.first == .init(id: 3, kind: .localOriginSuccessRate, verdict: .ejected))
        #expect(sweep.findings.allSatisfy { $0.id == 3 })
        #expect(sweep.external.average == 100)
    }

    @Test mutating func `nobody is ejected twice by one comparison`() {
        var detector = detector(of: 5) { $0.enforcing.failurePercentage = 100 }
        let good = Tally(tries: 100, successes: 100)
        let sweep = sweep(&detector, external: [Tally(tries: 100, successes: 0), good, good, good, good])
        #expect(sweep.findings.map(\.verdict) == [.ejected, .spared])
        #expect(detector.ejectedCount == 1)
    }
}
