import ApusConfig
import Logging
import NIOCore

/// Keeps a cluster's outliers for the whole process: it alone decides who is taken out and who comes back, and all
/// workers hear of it. Owned by the cluster of the first worker, on whose loop it lives.
final class OutlierKeeper: TimerNode {
    static let workerIndex = 0

    private let outliers: Outliers
    private unowned(unsafe) let worker: Worker
    private let counters: Counters<OutlierCounter>
    private var detector: OutlierDetector
    /// By their monitors' ids.
    private var hosts: [Int: UpstreamHost] = [:]
    /// What was added to the gauge.
    private var told = 0
    private let interval: TimeAmount
    private let merger: UpdateMerger

    init(_ outliers: Outliers, worker: Worker) {
        self.outliers = outliers
        self.worker = worker
        counters = worker.counters(outliers.stats)
        detector = OutlierDetector(outliers.settings)
        interval = .nanoseconds(max(outliers.settings.interval.nanoseconds, 1_000_000))
        merger = UpdateMerger(window: outliers.mergeWindow, worker: worker) { outliers.announceChange() }
        super.init()
        worker.timers.arm(self, at: worker.now + interval)
    }

    /// The cluster is gone, or the process ends.
    func stop() {
        worker.timers.disarm(self)
        adopt([])
        merger.stop()
    }

    /// Endpoints have come or gone, and balancers are made anew anyway.
    func update(_ hosts: [UpstreamHost]) {
        let isFirst = self.hosts.isEmpty
        guard Set(hosts.compactMap(\.monitor?.id)) != Set(self.hosts.keys) else { return }
        adopt(hosts)
        if !isFirst { merger.delivered() }
    }

    private func adopt(_ hosts: [UpstreamHost]) {
        self.hosts = [:]
        for host in hosts {
            if let monitor = host.monitor { self.hosts[monitor.id] = host }
        }
        detector.update(self.hosts.keys.sorted())
        countActive()
    }

    /// A worker has seen an endpoint fail too often in a row.
    func detected(_ kinds: OutlierKinds, _ monitor: OutlierMonitor) {
        worker.tick()
        var findings: [OutlierDetector.Finding] = []
        for kind in kinds.kinds {
            guard
                let finding = detector.detected(
                    kind, host: monitor.id, now: worker.now, random: &worker.random)
            else { continue }
            findings.append(finding)
            monitor.forget(kind)
        }
        carryOut(findings, returned: [])
    }

    /// An active health check of an endpoint has succeeded.
    func passedActiveCheck(_ monitor: OutlierMonitor) {
        worker.tick()
        guard detector.passedActiveCheck(host: monitor.id, now: worker.now) else { return }
        carryOut([], returned: [monitor.id])
    }

    override func fired() {
        worker.tick()
        let sweep = detector.sweep(now: worker.now, random: &worker.random) {
            hosts[$0]?.monitor?.takeCounts() ?? OutlierCounts()
        }
        for (id, host) in hosts {
            host.monitor?.tell(
                external: sweep.external.byHost[id] ?? OutlierRates.none,
                localOrigin: sweep.localOrigin.byHost[id] ?? OutlierRates.none)
        }
        outliers.summary = OutlierSummary(external: sweep.external, localOrigin: sweep.localOrigin)
        carryOut(sweep.findings, returned: sweep.returned)
        worker.timers.arm(self, at: worker.now + interval)
    }

    private func carryOut(_ findings: [OutlierDetector.Finding], returned: [Int]) {
        for id in returned {
            hosts[id]?.monitor?.takeBack()
            log("an endpoint is used again", id)
        }
        var ejected: [Int] = []
        for finding in findings {
            counters.count(finding)
            guard finding.verdict == .ejected else { continue }
            hosts[finding.id]?.monitor?.eject()
            log("an endpoint is not used for a while", finding.id, why: finding.kind)
            ejected.append(finding.id)
        }
        guard !ejected.isEmpty || !returned.isEmpty else { return }
        countActive()
        if !ejected.isEmpty { outliers.announce(ejected: ejected) }
        merger.changed()
    }

    private func countActive() {
        guard detector.ejectedCount != told else { return }
        counters.add(.ejectionsActive, detector.ejectedCount - told)
        told = detector.ejectedCount
    }

    private func log(_ message: Logger.Message, _ id: Int, why: OutlierKind? = nil) {
        guard let host = hosts[id] else { return }
        var metadata: Logger.Metadata = ["cluster": "\(host.cluster.compiled.name)", "upstream": "\(host.name)"]
        if let why { metadata["reason"] = "\(why.name)" }
        worker.log.info(message, metadata: metadata)
    }
}
