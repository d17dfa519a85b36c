import Testing

@testable import ApusConfig

@Suite("Policies become settings of clusters") struct ClusterCompilationTests {
    /// The cluster of `b` on port 80 under a rule with this policy.
    static func cluster(
        _ change: (inout TrafficPolicy) -> Void = { _ in }, subset: Subset? = nil, port number: UInt32 = 80
    ) throws -> Cluster {
        let rule = destinationRule(
            "b", host: "b", policy: policy(change), subsets: subset.map { [$0] } ?? [])
        let registry = registry([
            service("b", ports: [port(80), port(81, "http-two")]),
            workload("one", "10.0.0.1", labels: ["app": "b", "version": "v1"]),
            workload("two", "10.0.0.2", labels: ["app": "b", "version": "v2"]), rule,
        ])
        let name = IstioName.cluster(host: "b.default.svc.cluster.local", subset: subset?.name ?? "", port: number)
        return try #require(registry.cluster(name))
    }

    static func pool(_ change: (inout ConnectionPool) -> Void) -> ConnectionPool {
        var pool = ConnectionPool()
        change(&pool)
        return pool
    }

    @Test("without a rule Istio's defaults hold") func defaults() throws {
        let cluster = try Self.cluster()
        #expect(cluster.connectTimeout == .seconds(10))
        #expect(cluster.lbPolicy == .leastRequest(LeastRequestSettings()))
        #expect(cluster.outlierDetection == nil)
        #expect(cluster.refusal == nil)
        let limits = try #require(cluster.circuitBreakers.thresholds.first)
        #expect(
            [limits.maxConnections, limits.maxPendingRequests, limits.maxRequests, limits.maxRetries]
                == Array(repeating: .max, count: 4))
        #expect(cluster.httpProtocolOptions.commonHttpProtocolOptions.idleTimeout == .seconds(3600))
    }

    @Test("zero is the default, not a limit of none") func zeros() throws {
        let cluster = try Self.cluster {
            $0.connectionPool = Self.pool {
                $0.maxConnections = 0
                $0.http1MaxPendingRequests = 0
                $0.http2MaxRequests = 0
                $0.maxRetries = 0
                $0.maxRequestsPerConnection = 0
            }
        }
        #expect(cluster == (try Self.cluster()))
    }

    @Test("new endpoints start slowly where the policy can do that") func warmup() throws {
        var settings = LoadBalancerSettings()
        settings.warmup = LoadBalancerSettings.Warmup(duration: .seconds(60))
        settings.warmup?.aggression = 2
        let slow = SlowStartSettings(window: .seconds(60), aggression: 2, minimumPercent: 10)
        #expect(try Self.cluster { $0.loadBalancer = settings }.slowStart == slow)
        settings.policy = .roundRobin
        #expect(try Self.cluster { $0.loadBalancer = settings }.slowStart == slow)
        settings.policy = .random
        #expect(try Self.cluster { $0.loadBalancer = settings }.slowStart == nil)
    }

    @Test("statuses that are named take the place of all 5xx") func errorStatuses() throws {
        var settings = OutlierSettings()
        settings.httpErrorCodes = [429, 503]
        #expect(try Self.cluster { $0.outlierDetection = settings }.outlierDetection?.errorStatuses == [429, 503])
    }

    @Test("the pool's settings arrive where Envoy has them") func pool() throws {
        let cluster = try Self.cluster {
            $0.connectionPool = Self.pool {
                $0.maxConnections = 1
                $0.http1MaxPendingRequests = 2
                $0.http2MaxRequests = 3
                $0.maxRetries = 4
                $0.maxRequestsPerConnection = 5
                $0.connectTimeout = .milliseconds(30)
                $0.tcpIdleTimeout = .zero
                $0.maxConnectionDuration = .seconds(60)
                $0.tcpKeepalive = ConnectionPool.Keepalive()
                $0.tcpKeepalive?.probes = 6
            }
            $0.retryBudget = RetryBudgetSettings()
        }
        let limits = try #require(cluster.circuitBreakers.thresholds.first)
        #expect(
            [limits.maxConnections, limits.maxPendingRequests, limits.maxRequests, limits.maxRetries] == [1, 2, 3, 4])
        #expect(limits.retryBudget == RetryBudget(budgetPercent: 20, minRetryConcurrency: 3))
        #expect(cluster.connectTimeout == .milliseconds(30))
        let common = cluster.httpProtocolOptions.commonHttpProtocolOptions
        #expect(common.maxRequestsPerConnection == 5)
        #expect(common.idleTimeout == nil)
        #expect(common.maxConnectionDuration == .seconds(60))
        #expect(cluster.upstreamConnectionOptions.tcpKeepalive?.keepaliveProbes == 6)
        let idle = try Self.cluster {
            $0.connectionPool = Self.pool { ($0.httpIdleTimeout, $0.tcpIdleTimeout) = (.seconds(1), .seconds(2)) }
        }
        #expect(idle.httpProtocolOptions.commonHttpProtocolOptions.idleTimeout == .seconds(1))
    }

    @Test("a subset has its endpoints, and its blocks replace the rule's whole") func subsets() throws {
        let own = subset(
            "v1", ["version": "v1"], policy: policy { $0.connectionPool = Self.pool { $0.maxRetries = 9 } })
        let cluster = try Self.cluster(
            {
                $0.connectionPool = Self.pool { $0.maxConnections = 1 }
                $0.loadBalancer = LoadBalancerSettings()
                $0.loadBalancer?.policy = .random
            }, subset: own)
        #expect(cluster.addresses == ["10.0.0.1:80"])
        #expect(cluster.maxConnections == .max)
        #expect(cluster.circuitBreakers.thresholds.first?.maxRetries == 9)
        #expect(cluster.lbPolicy == .random)
        #expect(try Self.cluster(subset: subset("none", ["version": "v3"])).addresses == [])
        #expect(try Self.cluster(subset: subset("all")).addresses.count == 2)
    }

    @Test("settings of a port replace all that a port can have; a subset acts on top of them") func portLevel() throws {
        func change(_ policy: inout TrafficPolicy) {
            policy.connectionPool = Self.pool { $0.maxConnections = 1 }
            policy.retryBudget = RetryBudgetSettings()
            policy.outlierDetection = OutlierSettings()
            var ofPort = TrafficPolicy()
            ofPort.loadBalancer = LoadBalancerSettings()
            ofPort.loadBalancer?.policy = .roundRobin
            policy.portLevel = [81: ofPort]
        }
        let plain = try Self.cluster(change, port: 81)
        #expect(plain.lbPolicy == .roundRobin)
        #expect(plain.maxConnections == .max)
        #expect(plain.outlierDetection == nil)
        #expect(plain.circuitBreakers.thresholds.first?.retryBudget != nil)
        #expect(try Self.cluster(change).maxConnections == 1)
        let own = subset("v1", policy: policy(connections: 3))
        let ofSubset = try Self.cluster(change, subset: own, port: 81)
        #expect(ofSubset.maxConnections == 3)
        #expect(ofSubset.lbPolicy == .roundRobin)
    }

    @Test("outlier detection counts what fails in a row, as Istio enforces it") func outliers() throws {
        func detection(_ change: (inout OutlierSettings) -> Void) throws -> (OutlierDetection, Double) {
            let cluster = try Self.cluster {
                var settings = OutlierSettings()
                change(&settings)
                $0.outlierDetection = settings
            }
            return (try #require(cluster.outlierDetection), cluster.commonLbConfig.healthyPanicThreshold)
        }
        let (empty, panic) = try detection { _ in }
        #expect((empty.consecutive5xx, empty.enforcing.consecutive5xx, empty.enforcing.successRate) == (5, 100, 0))
        #expect((empty.enforcing.consecutiveGatewayFailure, empty.maxEjectionPercent) == (0, 10))
        #expect(panic == 0)
        let (given, threshold) = try detection {
            $0.consecutive5xxErrors = 0
            $0.consecutiveGatewayErrors = 3
            $0.baseEjectionTime = .seconds(900)
            $0.maxEjectionPercent = 100
            $0.minHealthPercent = 40
        }
        #expect((given.consecutive5xx, given.enforcing.consecutive5xx) == (0, 0))
        #expect((given.consecutiveGatewayFailure, given.enforcing.consecutiveGatewayFailure) == (3, 100))
        #expect(given.maxEjectionTime == .seconds(900))
        #expect(threshold == 40)
        let (old, _) = try detection { $0.consecutiveErrors = 1 }
        #expect((old.consecutive5xx, old.consecutiveGatewayFailure) == (0, 1))
        let (both, _) = try detection { ($0.consecutiveErrors, $0.consecutive5xxErrors) = (1, 7) }
        #expect((both.consecutive5xx, both.enforcing.consecutive5xx, both.consecutiveGatewayFailure) == (7, 100, 1))
    }

    @Test("consistent hashing is the cluster's table and the route's policy") func hashing() throws {
        typealias Hash = LoadBalancerSettings.ConsistentHash
        func change(_ hash: Hash) -> TrafficPolicy {
            policy {
                $0.loadBalancer = LoadBalancerSettings()
                $0.loadBalancer?.policy = .consistentHash(hash)
            }
        }
        let ring = change(Hash(key: .header("x-user")))
        let maglev = change(Hash(key: .sourceIP, algorithm: .maglev(tableSize: 101)))
        let registry = registry([
            service("b"), destinationRule("b", host: "b", policy: ring, subsets: [subset("v1", policy: maglev)]),
        ])
        let host = "b.default.svc.cluster.local"
        #expect(
            registry.cluster("outbound|80||\(host)")?.lbPolicy == .ringHash(RingHashSettings(minimumRingSize: 1024)))
        #expect(registry.cluster("outbound|80|v1|\(host)")?.lbPolicy == .maglev(MaglevSettings(tableSize: 101)))
        #expect(
            registry.hashPolicies(host: host, subset: "", port: 80)
                == [HashPolicy(key: .header(name: "x-user", rewrite: nil))])
        #expect(registry.hashPolicies(host: host, subset: "v1", port: 80) == [HashPolicy(key: .sourceIP)])
        #expect(registry.hashPolicies(host: "nobody", subset: "", port: 80) == [])
    }

    @Test(
        "what should be encrypted and cannot be is refused",
        arguments: [
            (.disable, nil), (.istioMutual, "mesh identity not configured"),
            (.simple, "TLS to services is not supported"),
        ] as [(ClientTLSSettings.Mode, String?)])
    func security(mode: ClientTLSSettings.Mode, refusal: String?) throws {
        let cluster = try Self.cluster {
            $0.tls = ClientTLSSettings()
            $0.tls?.mode = mode
        }
        #expect(cluster.refusal == refusal)
    }

    @Test("the metadata says which service, subset and rule a cluster is of") func metadata() throws {
        let cluster = try Self.cluster(subset: subset("v1"))
        let istio = cluster.metadata.filterMetadata["istio"]
        #expect(istio?["config"] == .string("/apis/networking.istio.io/v1alpha3/namespaces/default/destination-rule/b"))
        #expect(istio?["subset"] == .string("v1"))
        #expect(istio?["default_original_port"] == .number(80))
        let expected = ConfigValue.object([
            ConfigMember(name: "host", value: .string("b.default.svc.cluster.local")),
            ConfigMember(name: "name", value: .string("b")), ConfigMember(name: "namespace", value: .string("default")),
        ])
        #expect(istio?["services"] == .array([expected]))
    }

    @Test("ten thousand services with two ports and a rule each are compiled in one go") func many() {
        var all: [Rule] = []
        for index in 0..<10_000 {
            all.append(service("s\(index)", ports: [port(80), port(81, "http-two")]))
            all.append(workload("w\(index)", labels: ["app": "s\(index)"]))
            all.append(destinationRule("d\(index)", host: "s\(index)", policy: policy(connections: 1)))
        }
        let set = rules(all)
        let clock = ContinuousClock()
        var count = 0
        let time = clock.measure { count = ServiceRegistry(set, identity: identity()).clusters().count }
        print("10,000 services: \(count) clusters in \(time)")
        #expect(count == 20_002)
    }
}
