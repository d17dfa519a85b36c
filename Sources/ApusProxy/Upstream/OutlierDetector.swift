import ApusConfig
import NIOCore

/// Decides which endpoints of a cluster are taken out, and when they come back, as Envoy does. Pure: time, chance and
/// counts are given to it, and whoever owns it (the cluster's `OutlierKeeper`) carries out what it says.
struct OutlierDetector {
    /// An endpoint, in or out of service.
    struct Host {
        let id: Int
        /// nil: in service.
        fileprivate(set) var ejectedAt: NIODeadline?
        /// When it came back last.
        fileprivate(set) var returnedAt: NIODeadline?
        /// By how much the base time is multiplied: up with each ejection, down with each quiet interval.
        fileprivate(set) var backOff: Int64 = 0
        /// Milliseconds by which chance lengthens this ejection.
        fileprivate(set) var jitter: Int64 = 0
    }

    enum Verdict {
        case ejected
        /// Detected, but not all detections are enforced.
        case spared
        /// Too many are out already.
        case overflow
    }

    struct Finding: Equatable {
        let id: Int
        let kind: OutlierKind
        let verdict: Verdict
    }

    let settings: OutlierDetection
    private(set) var hosts: [Host] = []
    private(set) var ejectedCount = 0
    // Milliseconds, as Envoy counts.
    private let interval: Int64
    private let baseTime: Int64
    private let longestTime: Int64

    init(_ settings: OutlierDetection) {
        self.settings = settings
        interval = settings.interval.milliseconds
        baseTime = settings.baseEjectionTime.milliseconds
        longestTime = settings.maxEjectionTime.milliseconds
    }

    /// The endpoints are these now. Those that stay keep their past.
    mutating func update(_ ids: [Int]) {
        let known = Dictionary(hosts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        hosts = ids.map { known[$0] ?? Host(id: $0) }
        ejectedCount = hosts.count { $0.ejectedAt != nil }
    }

    /// An endpoint has failed once too often in a row; nil when it is out already, or gone.
    mutating func detected(
        _ kind: OutlierKind, host id: Int, now: NIODeadline, random: inout RandomSource
    ) -> Finding? {
        guard let index = hosts.firstIndex(where: { $0.id == id }), hosts[index].ejectedAt == nil else { return nil }
        return find(kind, at: index, now: now, random: &random)
    }

    private mutating func find(
        _ kind: OutlierKind, at index: Int, now: NIODeadline, random: inout RandomSource
    ) -> Finding {
        let verdict: Verdict
        if !mayEjectAnother {
            verdict = .overflow
        } else if hosts[index].ejectedAt != nil {
            // Two comparisons agree. (Envoy ejects it again and counts it twice for ever.)
            verdict = .spared
        } else if random.next() % 100 < UInt64(settings.enforcing[kind]) {
            eject(index, now: now, random: &random)
            verdict = .ejected
        } else {
            verdict = .spared
        }
        return Finding(id: hosts[index].id, kind: kind, verdict: verdict)
    }

    private var mayEjectAnother: Bool {
        if settings.alwaysEjectOneHost, ejectedCount == 0 { return true }
        return 100 * Double(ejectedCount + 1) / Double(hosts.count) <= Double(settings.maxEjectionPercent)
    }

    private mutating func eject(_ index: Int, now: NIODeadline, random: inout RandomSource) {
        ejectedCount += 1
        hosts[index].ejectedAt = now
        hosts[index].jitter = Int64(random.next() % UInt64(settings.maxEjectionTimeJitter.milliseconds + 1))
        if hosts[index].backOff * baseTime < longestTime + baseTime { hosts[index].backOff += 1 }
    }

    // MARK: Once in each interval

    struct Sweep {
        /// Endpoints whose time is over.
        fileprivate(set) var returned: [Int] = []
        fileprivate(set) var findings: [Finding] = []
        fileprivate(set) var external = OutlierRates()
        fileprivate(set) var localOrigin = OutlierRates()
    }

    /// Brings back those whose time is over, then compares all with each other. `counts` are those of the interval that
    /// ends now.
    mutating func sweep(now: NIODeadline, random: inout RandomSource, counts: (Int) -> OutlierCounts) -> Sweep {
        var sweep = Sweep()
        var tallies: [OutlierCounts] = []
        for index in hosts.indices {
            if isOver(hosts[index], now) {
                takeBack(index, now: now)
                sweep.returned.append(hosts[index].id)
            }
            tallies.append(counts(hosts[index].id))
        }
        sweep.external = compare(
            tallies.map(\.external), .successRate, .failurePercentage, now, &random, &sweep.findings)
        sweep.localOrigin = compare(
            tallies.map(\.localOrigin), .localOriginSuccessRate, .localOriginFailurePercentage, now, &random,
            &sweep.findings)
        for index in hosts.indices where hosts[index].ejectedAt == nil && hosts[index].backOff > 0 {
            guard let returned = hosts[index].returnedAt, (now - returned).milliseconds >= interval else { continue }
            hosts[index].backOff -= 1
        }
        return sweep
    }

    /// An active health check has succeeded. True: that brings the endpoint back.
    mutating func passedActiveCheck(host id: Int, now: NIODeadline) -> Bool {
        guard settings.successfulActiveHealthCheckUnejectHost,
            let index = hosts.firstIndex(where: { $0.id == id }), hosts[index].ejectedAt != nil
        else { return false }
        takeBack(index, now: now)
        return true
    }

    private func isOver(_ host: Host, _ now: NIODeadline) -> Bool {
        guard let ejected = host.ejectedAt else { return false }
        return (now - ejected).milliseconds >= min(baseTime * host.backOff, longestTime) + host.jitter
    }

    private mutating func takeBack(_ index: Int, now: NIODeadline) {
        ejectedCount -= 1
        hosts[index].ejectedAt = nil
        hosts[index].returnedAt = now
    }

    private mutating func compare(
        _ tallies: [OutlierCounts.Tally], _ rateKind: OutlierKind, _ percentageKind: OutlierKind, _ now: NIODeadline,
        _ random: inout RandomSource, _ findings: inout [Finding]
    ) -> OutlierRates {
        var rates = OutlierRates()
        let rules = settings.successRate
        let percentage = settings.failurePercentage
        guard hosts.count >= min(Int(rules.minimumHosts), Int(percentage.minimumHosts)) else { return rates }
        let seen = hosts.indices.filter { hosts[$0].ejectedAt == nil && tallies[$0].tries > 0 }
        for index in seen where tallies[index].tries >= min(Int(rules.requestVolume), Int(percentage.requestVolume)) {
            rates.byHost[hosts[index].id] = tallies[index].successRate
        }
        let rated = seen.filter { tallies[$0].tries >= Int(rules.requestVolume) }
        if !rated.isEmpty, rated.count >= Int(rules.minimumHosts) {
            rates.rate(rated.map { tallies[$0].successRate }, factor: Double(rules.stdevFactor) / 1000)
            for index in rated where tallies[index].successRate < rates.threshold {
                findings.append(find(rateKind, at: index, now: now, random: &random))
            }
        }
        let counted = seen.filter { tallies[$0].tries >= Int(percentage.requestVolume) }
        if !counted.isEmpty, counted.count >= Int(percentage.minimumHosts) {
            for index in counted where 100 - tallies[index].successRate >= Double(percentage.threshold) {
                findings.append(find(percentageKind, at: index, now: now, random: &random))
            }
        }
        return rates
    }
}

extension Duration {
    /// Whole ones, at least 0.
    fileprivate var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

extension TimeAmount {
    fileprivate var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
