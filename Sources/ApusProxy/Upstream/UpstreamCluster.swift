import ApusConfig
import NIOCore

/// One worker's side of a cluster: its endpoints with their pools, its balancer, its numbers.
final class UpstreamCluster {
    let compiled: CompiledCluster
    unowned(unsafe) let worker: Worker
    let counters: Counters<ClusterCounter>
    let codes: CodeCounters
    let requestTime: Histogram
    let connectTime: Histogram
    let internalRequestTime: Histogram
    let externalRequestTime: Histogram
    private(set) var hosts: [UpstreamHost] = []
    private(set) var balancer: LoadBalancer
    /// Answers of status 5xx that filters have given in its place; Envoy has no statistic of them.
    var refusals = 0
    /// What it is called in Istio's statistics while no endpoint is known.
    var destination = DestinationMark()
    /// They go on when the balancer is made anew.
    private let turns: Turns
    /// nil: outlier detection is off.
    private let outliers: Outliers?
    /// nil: the cluster has endpoints of its own.
    private(set) lazy var dynamicHosts = compiled.dynamicHosts.map { DynamicHosts(self, $0) }
    /// One worker's cluster keeps the outliers for all.
    let keeper: OutlierKeeper?

    init(_ compiled: CompiledCluster, worker: Worker) {
        self.compiled = compiled
        self.worker = worker
        counters = worker.counters(compiled.stats)
        codes = worker.codes(compiled.codes)
        requestTime = worker.histogram(compiled.requestTime)
        internalRequestTime = worker.histogram(compiled.internalRequestTime)
        externalRequestTime = worker.histogram(compiled.externalRequestTime)
        connectTime = worker.histogram(compiled.connectTime)
        turns = Turns(seed: worker.random.next())
        balancer = LoadBalancer(compiled, hosts: [], turns: turns, random: &worker.random)
        outliers = compiled.outliers
        keeper =
            worker.index == OutlierKeeper.workerIndex
            ? compiled.outliers.map { OutlierKeeper($0, worker: worker) } : nil
        update(compiled.endpoints)
        outliers?.join(self)
    }

    /// Takes over a new list of endpoints. Those that stay keep their pools; those that go drain.
    func update(_ endpoints: [ResolvedEndpoint]) {
        if compiled.cluster.type == .logicalDNS, hosts.count == 1, endpoints.count == 1 {
            // One place whose address moves: connections stay, new ones go to the newest address.
            hosts[0].endpoint = endpoints[0]
            return
        }
        var old = Dictionary(grouping: hosts) { $0.endpoint.address }
        hosts = endpoints.map { endpoint in
            if let kept = old[endpoint.address]?.popLast() {
                kept.endpoint = endpoint
                return kept
            }
            let host = UpstreamHost(endpoint, cluster: self)
            if let slowStart = compiled.slowStart {
                host.joined = slowStart.ages.since(endpoint.address, now: worker.now)
            }
            return host
        }
        for gone in old.values.joined() { gone.drain() }
        if let outliers {
            for host in hosts { host.monitor = outliers.monitor(of: host.endpoint) }
            keeper?.update(hosts)
        }
        balancer = LoadBalancer(compiled, hosts: hosts, turns: turns, random: &worker.random)
    }

    /// Chooses the endpoint for a request; nil when there is none that may be used. `attempt` counts how often this was
    /// asked because the answer would not do.
    @inline(__always)
    func pick(hash: UInt64?, attempt: Int = 0) -> UpstreamHost? {
        if let picker = balancer.picker(random: &worker.random, hash: hash) {
            if picker.ignoresHealth { counters.add(.lbHealthyPanic) }
            let host = picker.pick(random: &worker.random, hash: hash, attempt: attempt)
            if let host, host.isUsable { return host }
        }
        if !compiled.hasNoEndpoints { counters.add(.upstreamCxNoneHealthy) }
        return nil
    }

    /// The endpoint of this address, `10.0.0.1:80`, if it may be used.
    func host(at address: String) -> UpstreamHost? { hosts.first { $0.name == address && $0.isUsable && !$0.isOut } }

    /// An answer that its client gets, whoever that is.
    @inline(__always)
    func countAnswer(_ status: Int, isInternal: Bool) {
        counters.add(.upstreamRqCompleted)
        switch status {
        case 200..<300: counters.add(.upstreamRq2xx)
        case 300..<400: counters.add(.upstreamRq3xx)
        case 400..<500: counters.add(.upstreamRq4xx)
        case 500..<600: counters.add(.upstreamRq5xx)
        case 100..<200: counters.add(.upstreamRq1xx)
        default: break
        }
        codes.count(status, isInternal: isInternal)
    }

    // MARK: Outliers

    /// What became of a try at an endpoint.
    @inline(__always)
    func report(_ outcome: OutlierOutcome, of host: UpstreamHost?) {
        guard let outliers, let monitor = host?.monitor else { return }
        let found = monitor.record(outcome)
        if !found.isEmpty { outliers.detected(found, monitor) }
    }

    /// Endpoints were taken out.
    func renewPools(of ejected: [Int]) {
        worker.tick()
        for host in hosts where host.monitor.map({ ejected.contains($0.id) }) ?? false { host.renewPool() }
    }

    /// Endpoints were taken out or have come back.
    func healthChanged() {
        worker.tick()
        balancer = LoadBalancer(compiled, hosts: hosts, turns: turns, random: &worker.random)
    }

    // MARK: The end

    /// The process ends: every connection closes now.
    func closeAll() { drain() }

    /// The cluster is no longer configured: requests under way end as they would, the rest closes.
    func drain() {
        outliers?.leave(self)
        keeper?.stop()
        for host in hosts { host.drain() }
        if compiled.cluster.type.isDynamic { dynamicHosts?.drain() }
    }
}
