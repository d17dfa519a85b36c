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

    init(_ compiled: CompiledCluster, worker: Worker) {
        self.compiled = compiled
        self.worker = worker
        counters = worker.counters(compiled.stats)
        codes = worker.codes(compiled.codes)
        requestTime = worker.histogram(compiled.requestTime)
        internalRequestTime = worker.histogram(compiled.internalRequestTime)
        externalRequestTime = worker.histogram(compiled.externalRequestTime)
        connectTime = worker.histogram(compiled.connectTime)
        balancer = LoadBalancer(compiled, hosts: [], random: &worker.random)
        update(compiled.endpoints)
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
            return UpstreamHost(endpoint, cluster: self)
        }
        for gone in old.values.joined() { gone.drain() }
        balancer = LoadBalancer(compiled, hosts: hosts, random: &worker.random)
    }

    /// Chooses the endpoint for a request; nil when there is none that may be used. `attempt` counts how often this was
    /// asked because the answer would not do.
    @inline(__always)
    func pick(hash: UInt64?, attempt: Int = 0) -> UpstreamHost? {
        if let host = balancer.pick(random: &worker.random, hash: hash, attempt: attempt), host.isUsable {
            return host
        }
        counters.add(.upstreamCxNoneHealthy)
        return nil
    }

    /// The endpoint of this address, `10.0.0.1:80`, if it may be used.
    func host(at address: String) -> UpstreamHost? { hosts.first { $0.name == address && $0.isUsable } }

    /// The process ends: every connection closes now.
    func closeAll() {
        for host in hosts { host.drain() }
    }

    /// The cluster is no longer configured: requests under way end as they would, the rest closes.
    func drain() {
        for host in hosts { host.drain() }
    }
}
