/// Makes the clusters of one service: one for each port, and for each port and subset.
struct ClusterCompilation {
    let service: RegisteredService
    /// The DestinationRule in force for it.
    let rule: MergedDestinationRule?
    let endpoints: ServiceEndpoints

    func clusters() -> [Cluster] {
        var clusters: [Cluster] = []
        var seen: Set<UInt32> = []
        for port in service.ports where seen.insert(port.number).inserted {
            let found = endpoints.on(port)
            clusters.append(cluster(port, subset: nil, endpoints: found.map(\.endpoint)))
            for subset in rule?.subsets ?? [] {
                let selected = found.filter { subset.labels.areWithin($0.workload.labels) }
                clusters.append(cluster(port, subset: subset, endpoints: selected.map(\.endpoint)))
            }
        }
        return clusters
    }

    private func cluster(_ port: ServicePort, subset: Subset?, endpoints: [Endpoint]) -> Cluster {
        let policy = PolicyInForce(rule, subset: subset, port: port.number)
        let name = IstioName.cluster(host: service.host, subset: subset?.name ?? "", port: port.number)
        var cluster = Cluster(name: name, source: subset?.source ?? port.source)
        cluster.isOfRules = true
        cluster.metadata = metadata(port, subset: subset)
        discover(endpoints, port: port, in: &cluster)
        cluster.applyPool(policy.connectionPool, retryBudget: policy.retryBudget)
        cluster.applyBalancing(policy.loadBalancer)
        policy.outlierDetection.map { cluster.applyOutliers($0) }
        policy.tls.map { cluster.applySecurity($0) }
        if policy.loadBalancer?.policy == .passthrough { cluster.becomePassthrough(port: port) }
        return cluster
    }

    /// How the endpoints are found. Names are resolved even where Istio wants addresses.
    private func discover(_ endpoints: [Endpoint], port: ServicePort, in cluster: inout Cluster) {
        cluster.loadAssignment = LoadAssignment(clusterName: cluster.name, endpoints: endpoints)
        let needsNames = endpoints.contains(where: \.hasName)
        switch service.resolution {
        case ServiceEntry.Resolution.none?:
            cluster.type = .originalDestination
            cluster.loadAssignment.endpoints = []
        case .dynamicDNS: cluster.becomePassthrough(port: port)
        case .dnsRoundRobin where needsNames:
            cluster.loadAssignment.endpoints = Array(endpoints.filter(\.hasName).prefix(1))
            cluster.type = .logicalDNS
        case nil, .static, .dns, .dnsRoundRobin: cluster.type = needsNames ? .strictDNS : .static
        }
        cluster.dnsLookupFamily = .v4Preferred
        cluster.dnsFailureRefreshRate = DNSFailureRefreshRate(baseInterval: .seconds(60), maxInterval: .seconds(60))
    }
}

extension Endpoint {
    /// It must be looked up before it can be connected to.
    fileprivate var hasName: Bool {
        guard case .socket(let host, _) = address else { return false }
        return IPText.family(of: host) == nil
    }
}

extension Cluster {
    /// Each request goes where its host says.
    fileprivate mutating func becomePassthrough(port: ServicePort) {
        var number = port.number
        if case .number(let target) = port.target { number = target }
        type = .dynamicHost
        dynamicHostPort = UInt16(exactly: number) ?? 80
        loadAssignment.endpoints = []
    }

    /// To the place that a request names, for hosts that nobody registered.
    static var passthrough: Cluster {
        var cluster = Cluster(name: IstioName.passthrough, type: .dynamicHost)
        cluster.isOfRules = true
        cluster.loadAssignment.clusterName = cluster.name
        cluster.dnsLookupFamily = .v4Preferred
        cluster.applyPool(nil, retryBudget: nil)
        cluster.applyBalancing(nil)
        return cluster
    }

    /// To nowhere.
    static var blackHole: Cluster {
        var cluster = Cluster(name: IstioName.blackHole, connectTimeout: .seconds(10))
        cluster.loadAssignment.clusterName = cluster.name
        return cluster
    }
}
