/// Makes the clusters of one port of a service: all endpoints, or those of a subset, with the policy that holds there.
struct ClusterCompilation {
    let service: RegisteredService
    let port: ServicePort
    let rule: DestinationRules.Merged?
    private let endpoints: ServiceEndpoints

    init(service: RegisteredService, port: ServicePort, rule: DestinationRules.Merged?, workloads: Workloads) {
        self.service = service
        self.port = port
        self.rule = rule
        endpoints = ServiceEndpoints(of: service, port: port, workloads: workloads)
    }

    func cluster(of subset: Subset?) -> Cluster {
        let policy = rule?.policy(port: port.number, subset: subset) ?? TrafficPolicy()
        let name = IstioName.cluster(host: service.host, subset: subset?.name ?? "", port: port.number)
        let members = endpoints.members.filter { $0.labels.hold(subset?.labels ?? [:]) }
        var cluster = Cluster(
            name: name, type: type, connectTimeout: .seconds(10),
            lbPolicy: .leastRequest(LeastRequestSettings()),
            loadAssignment: LoadAssignment(clusterName: name, endpoints: members.map(\.endpoint)),
            circuitBreakers: CircuitBreakers(thresholds: [.unlimited]), dnsLookupFamily: .v4Preferred,
            metadata: metadata(subset), source: subset?.source ?? port.source)
        cluster.set(policy.connectionPool, retryBudget: policy.retryBudget)
        cluster.set(policy.loadBalancer)
        if let settings = policy.outlierDetection { cluster.set(settings) }
        // Without an identity of the mesh there is nothing to prove it with, and plain text would be a downgrade.
        if policy.tls?.mode == .istioMutual { cluster.refusal = "mesh identity not configured" }
        return cluster
    }

    private var type: DiscoveryType {
        switch service.resolution {
        case nil: endpoints.hasNames ? .strictDNS : .static
        case .static: endpoints.hasNames ? .strictDNS : .static
        case .dns: .strictDNS
        case .dnsRoundRobin: .logicalDNS
        // Only the original destination says where these are, and there is none: no endpoints.
        case .some(.none): .static
        case .dynamicDNS: .dynamicHost
        }
    }

    private func metadata(_ subset: Subset?) -> Metadata {
        let own = ConfigValue.object([
            ConfigMember(name: "host", value: .string(service.host)),
            ConfigMember(name: "name", value: .string(service.name)),
            ConfigMember(name: "namespace", value: .string(service.namespace)),
        ])
        var members = [
            ConfigMember(name: "services", value: .array([own])),
            ConfigMember(name: "default_original_port", value: .number(Double(port.number))),
        ]
        if let subset { members.append(ConfigMember(name: "subset", value: .string(subset.name))) }
        if let rule, let name = rule.names.first {
            let path = "/apis/networking.istio.io/v1/namespaces/\(name.namespace)/destination-rule/\(name.name)"
            members.append(ConfigMember(name: "config", value: .string(path)))
        }
        return Metadata(filterMetadata: ["istio": .object(members)])
    }
}

extension Cluster {
    /// Where requests for unknown hosts go: the place that they name.
    static var passthrough: Cluster {
        Cluster(
            name: IstioName.passthrough, type: .dynamicHost, connectTimeout: .seconds(10),
            circuitBreakers: CircuitBreakers(thresholds: [.unlimited]), dnsLookupFamily: .v4Preferred)
    }

    static var blackHole: Cluster {
        Cluster(name: IstioName.blackHole, connectTimeout: .seconds(10))
    }

    fileprivate mutating func set(_ pool: ConnectionPool?, retryBudget: RetryBudgetSettings?) {
        func limit(_ value: UInt32?) -> UInt32 { value.flatMap { $0 > 0 ? $0 : nil } ?? .max }
        var thresholds = BreakerThresholds.unlimited
        if let retryBudget {
            thresholds.retryBudget = RetryBudget(
                budgetPercent: retryBudget.percent, minRetryConcurrency: retryBudget.minRetryConcurrency)
        }
        if let pool {
            thresholds.maxConnections = limit(pool.maxConnections)
            thresholds.maxPendingRequests = limit(pool.http1MaxPendingRequests)
            thresholds.maxRequests = limit(pool.http2MaxRequests)
            thresholds.maxRetries = limit(pool.maxRetries)
            if let timeout = pool.connectTimeout, timeout > .zero { connectTimeout = timeout }
            var common = httpProtocolOptions.commonHttpProtocolOptions
            if let idle = pool.httpIdleTimeout, idle > .zero {
                common.idleTimeout = idle
            } else if let idle = pool.tcpIdleTimeout {
                common.idleTimeout = idle > .zero ? idle : nil
            }
            if let longest = pool.maxConnectionDuration, longest > .zero { common.maxConnectionDuration = longest }
            common.maxRequestsPerConnection = pool.maxRequestsPerConnection ?? 0
            httpProtocolOptions.commonHttpProtocolOptions = common
            if let keepalive = pool.tcpKeepalive {
                upstreamConnectionOptions.tcpKeepalive = TCPKeepalive(
                    keepaliveProbes: keepalive.probes, keepaliveTime: keepalive.time,
                    keepaliveInterval: keepalive.interval)
            }
        }
        circuitBreakers.thresholds = [thresholds]
    }

    fileprivate mutating func set(_ settings: LoadBalancerSettings?) {
        switch settings?.policy {
        case nil, .leastRequest: break
        case .roundRobin: lbPolicy = .roundRobin
        case .random: lbPolicy = .random
        case .passthrough:
            // Only the original destination says where to go, and there is none.
            type = .static
            loadAssignment.endpoints = []
        case .consistentHash(let hash):
            switch hash.algorithm {
            case .ringHash(let size):
                lbPolicy = .ringHash(
                    RingHashSettings(
                        minimumRingSize: size, maximumRingSize: max(size, RingHashSettings().maximumRingSize)))
            case .maglev(let size): lbPolicy = .maglev(MaglevSettings(tableSize: size))
            }
        }
    }

    fileprivate mutating func set(_ settings: OutlierSettings) {
        var detection = OutlierDetection()
        detection.enforcing.successRate = 0
        detection.enforcing.localOriginSuccessRate = 0
        detection.splitExternalLocalOriginErrors = settings.splitExternalLocalOriginErrors
        var gateway = settings.consecutiveGatewayErrors
        var server = settings.consecutive5xxErrors
        // The old name means gateway errors, and no others, unless the newer ones are there.
        if let old = settings.consecutiveErrors, gateway == nil, server == nil { (gateway, server) = (old, 0) }
        if let server {
            detection.enforcing.consecutive5xx = server > 0 ? 100 : 0
            detection.consecutive5xx = server
        }
        if let gateway {
            detection.enforcing.consecutiveGatewayFailure = gateway > 0 ? 100 : 0
            detection.consecutiveGatewayFailure = gateway
        }
        if settings.splitExternalLocalOriginErrors {
            let failures = settings.consecutiveLocalOriginFailures ?? 5
            detection.consecutiveLocalOriginFailure = failures
            detection.enforcing.consecutiveLocalOriginFailure = failures > 0 ? 100 : 0
        }
        if let interval = settings.interval { detection.interval = interval }
        if let base = settings.baseEjectionTime { detection.baseEjectionTime = base }
        detection.maxEjectionTime = max(.seconds(300), detection.baseEjectionTime)
        if let most = settings.maxEjectionPercent { detection.maxEjectionPercent = most }
        outlierDetection = detection
        commonLbConfig.healthyPanicThreshold = Double(settings.minHealthPercent ?? 0)
    }
}

extension BreakerThresholds {
    /// Istio's default: as if there were none.
    fileprivate static var unlimited: BreakerThresholds {
        BreakerThresholds(
            maxConnections: .max, maxPendingRequests: .max, maxRequests: .max, maxRetries: .max, trackRemaining: true)
    }
}
