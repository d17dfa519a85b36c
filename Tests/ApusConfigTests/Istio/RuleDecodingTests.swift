import Testing

@testable import ApusConfig

@Suite("Good rules are read") struct RuleDecodingTests {
    /// The only spec of a text that has nothing wrong with it.
    private func spec(_ text: String, warnings: Int = 0) throws -> RuleSpec {
        let decoded = try #require(decodeSpecs(text))
        #expect(decoded.errors.map(\.printed) == [])
        #expect(decoded.warnings.count == warnings, "\(decoded.warnings)")
        return try #require(decoded.specs.first)
    }

    @Test("a DestinationRule with subsets, pools, outlier detection and a port of its own") func policy() throws {
        let spec = try spec(
            """
            kind: DestinationRule
            spec:
              host: reviews
              traffic_policy:
                connection_pool:
                  tcp: {maxConnections: "100", connectTimeout: 1m30s, idleTimeout: 0s, tcpKeepalive: {time: 7200s}}
                  http: {http1_max_pending_requests: 1, maxRequestsPerConnection: 0, h2UpgradePolicy: 2,
                    http2KeepAlive: {interval: 15s, timeout: 500ms}}
                outlierDetection: {consecutive5xxErrors: 0, consecutive_gateway_errors: 7, baseEjectionTime: 1h,
                  outlierDetectionHttpErrorCodes: [429, 503]}
                loadBalancer: {simple: ROUND_ROBIN, localityLbSetting: {enabled: false}, warmup: {duration: 10s}}
                tls: {mode: DISABLE}
                retryBudget: {percent: 12.5}
                portLevelSettings:
                - {port: {number: 9080}, loadBalancer: {simple: RANDOM}}
              subsets:
              - name: v1
                labels: {version: v1, app.kubernetes.io/name: reviews}
              exportTo: ["."]
              workloadSelector: {matchLabels: {app: a}}
            """)
        guard case .destinationRule(let rule) = spec else { return #expect(Bool(false)) }
        let policy = try #require(rule.trafficPolicy)
        let pool = try #require(policy.connectionPool)
        #expect(pool.maxConnections == 100)
        #expect(pool.connectTimeout == .seconds(90))
        #expect(pool.tcpIdleTimeout == .zero)
        #expect(pool.tcpKeepalive?.time == .seconds(7200))
        #expect(pool.http1MaxPendingRequests == 1)
        #expect(pool.h2UpgradePolicy == .upgrade)
        #expect(pool.http2Keepalive == .init(interval: .seconds(15), timeout: .milliseconds(500)))
        #expect(policy.outlierDetection?.consecutive5xxErrors == 0)
        #expect(policy.outlierDetection?.consecutiveGatewayErrors == 7)
        #expect(policy.outlierDetection?.baseEjectionTime == .seconds(3600))
        #expect(policy.outlierDetection?.httpErrorCodes == [429, 503])
        #expect(policy.loadBalancer?.policy == .roundRobin)
        #expect(policy.loadBalancer?.usesLocality == false)
        #expect(policy.loadBalancer?.warmup?.duration == .seconds(10))
        #expect(policy.tls?.mode == .disable)
        #expect(policy.retryBudget?.percent == 12.5)
        #expect(policy.retryBudget?.minRetryConcurrency == 3)
        #expect(policy.portLevel[9080]?.loadBalancer?.policy == .random)
        #expect(policy.portLevel[9080]?.connectionPool == nil)
        #expect(rule.subsets.map(\.name) == ["v1"])
        #expect(rule.subsets.first?.labels["version"] == "v1")
        #expect(rule.workloadSelector == ["app": "a"])
    }

    @Test(
        "consistent hashing by each key, in each way",
        arguments: [
            ("{httpHeaderName: X-User}", .header("x-user"), .ringHash(minimumRingSize: 1024)),
            (
                "{httpCookie: {name: user, path: /p, ttl: 0s, attributes: [{name: Secure}]}, maglev: {tableSize: 7}}",
                .cookie(
                    HashCookie(name: "user", ttl: .zero, path: "/p", attributes: [CookieAttribute(name: "Secure")])),
                .maglev(tableSize: 7)
            ),
            ("{useSourceIp: true, ringHash: {minimumRingSize: 8}}", .sourceIP, .ringHash(minimumRingSize: 8)),
            ("{http_query_parameter_name: q, ring_hash: {}}", .queryParameter("q"), .ringHash(minimumRingSize: 1024)),
        ] as [(String, LoadBalancerSettings.ConsistentHash.Key, LoadBalancerSettings.ConsistentHash.Algorithm)])
    func hashing(
        text: String, key: LoadBalancerSettings.ConsistentHash.Key,
        algorithm: LoadBalancerSettings.ConsistentHash.Algorithm
    ) throws {
        let spec = try spec(
            "kind: DestinationRule\nspec: {host: a, trafficPolicy: {loadBalancer: {consistentHash: \(text)}}}")
        guard case .destinationRule(let rule) = spec else { return #expect(Bool(false)) }
        #expect(rule.trafficPolicy?.loadBalancer?.policy == .consistentHash(.init(key: key, algorithm: algorithm)))
    }

    @Test("a ServiceEntry with endpoints of its own") func entry() throws {
        let spec = try spec(
            """
            kind: ServiceEntry
            spec:
              hosts: [httpbin.example.com, "*.example.org"]
              ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}, {number: 443, name: tls, protocol: TLS}]
              location: MESH_INTERNAL
              resolution: STATIC
              endpoints:
              - {address: 127.0.0.1, ports: {http: 9000}, labels: {version: v1}, weight: 5, locality: us/a/1}
              - address: "::1"
              exportTo: ["~"]
            """)
        guard case .serviceEntry(let entry) = spec else { return #expect(Bool(false)) }
        #expect(entry.hosts == ["httpbin.example.com", "*.example.org"])
        #expect(entry.ports.map(\.number) == [80, 443])
        #expect(entry.ports.map(\.protocol) == [.http, .tls])
        #expect(entry.ports.first?.target == .number(8080))
        #expect(entry.location == .meshInternal)
        #expect(entry.resolution == .static)
        #expect(entry.endpoints.map(\.address) == ["127.0.0.1", "::1"])
        #expect(entry.endpoints.first?.ports == ["http": 9000])
        #expect(entry.endpoints.first?.locality == "us/a/1")
        #expect(entry.endpoints.first?.weight == 5)
        #expect(entry.exportTo == ["~"])
    }

    @Test(
        "ServiceEntries of the other resolutions",
        arguments: [
            "{hosts: [a.example.com], ports: [{number: 80, name: http, protocol: http}], resolution: DNS}",
            "{hosts: [a.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS_ROUND_ROBIN, endpoints: [{address: b.example.com}]}",
            "{hosts: ['*.example.com'], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DYNAMIC_DNS}",
            "{hosts: ['*.example.com'], addresses: [10.0.0.0/8], ports: [{number: 80, name: tcp, protocol: TCP}]}",
            "{hosts: [a.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, workloadSelector: {labels: {app: a}}}",
            "{hosts: [a.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: 'unix:///run/a'}]}",
        ])
    func resolutions(text: String) throws {
        _ = try spec("kind: ServiceEntry\nspec: \(text)")
    }

    @Test(
        "WorkloadEntries with an address, a name or a socket",
        arguments: [
            "{address: 10.0.0.1, ports: {http: 80}, labels: {app: a}, serviceAccount: b}", "{address: db.example.com}",
            "{address: localhost}", "{address: 'unix:///run/a.sock'}", "{address: 'unix://@abstract'}",
            "{address: 'fe80::1%eth0'}",
        ])
    func workload(text: String) throws {
        _ = try spec("kind: WorkloadEntry\nspec: \(text)")
    }

    @Test("a Gateway with a server that redirects and one that serves") func gateway() throws {
        let spec = try spec(
            """
            kind: Gateway
            spec:
              selector: {istio: ingressgateway}
              servers:
              - hosts: ["*.example.com", ./a.example.com, "*/b.example.com", ns/*, 10.0.0.1]
                port: {number: "80", name: http, protocol: http}
                tls: {httpsRedirect: true}
              - {hosts: ["*"], port: {number: 8080, name: h2, protocol: HTTP2}, bind: 127.0.0.1, name: second, tls: {}}
            """)
        guard case .gateway(let gateway) = spec else { return #expect(Bool(false)) }
        #expect(gateway.selector == ["istio": "ingressgateway"])
        #expect(gateway.servers.map(\.port) == [80, 8080])
        #expect(gateway.servers.map(\.protocol) == [.http, .http2])
        #expect(gateway.servers.map(\.portName) == ["http", "h2"])
        #expect(gateway.servers.map { $0.tls?.httpsRedirect } == [true, false])
        #expect(gateway.servers[1].bind == "127.0.0.1")
    }

    @Test("what a Gateway cannot serve without harm is kept with a warning") func waiting() throws {
        let spec = try spec(
            """
            kind: Gateway
            spec:
              servers:
              - {hosts: ["*"], port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}}
              - {hosts: ["*"], port: {number: 444, name: mesh, protocol: HTTPS}, tls: {mode: ISTIO_MUTUAL}}
              - {hosts: ["*"], port: {number: 445, name: tcp, protocol: TCP}}
            """, warnings: 3)
        guard case .gateway(let gateway) = spec else { return #expect(Bool(false)) }
        #expect(gateway.servers.map { $0.tls?.mode } == [.passthrough, .istioMutual, nil])
    }

    @Test(
        "a Sidecar's policy for unknown hosts",
        arguments: [
            ("{outboundTrafficPolicy: {}}", .registryOnly), ("{outboundTrafficPolicy: {mode: ALLOW_ANY}}", .allowAny),
            ("{egress: [{hosts: ['./*']}]}", nil),
        ] as [(String, OutboundPolicy?)])
    func sidecar(text: String, policy: OutboundPolicy?) throws {
        guard case .sidecar(let sidecar) = try spec("kind: Sidecar\nspec: \(text)") else { return #expect(Bool(false)) }
        #expect(sidecar.outboundTrafficPolicy == policy)
        #expect(sidecar.egressHosts == (policy == nil ? ["./*"] : nil))
    }

    @Test("a Sidecar's hosts, of all its listeners") func hosts() throws {
        let spec = try spec(
            """
            kind: Sidecar
            spec:
              workloadSelector: {labels: {app: a}}
              egress:
              - {port: {number: 9080, protocol: HTTP, name: egresshttp}, hosts: [prod/*, ~prod/a.example.com]}
              - hosts: ["istio-system/*", "~/*"]
            """, warnings: 1)
        guard case .sidecar(let sidecar) = spec else { return #expect(Bool(false)) }
        #expect(sidecar.egressHosts == ["prod/*", "~prod/a.example.com", "istio-system/*", "~/*"])
        #expect(sidecar.workloadSelector == ["app": "a"])
    }

    @Test("an EnvoyFilter with Lua in all its spellings") func lua() throws {
        let spec = try spec(
            """
            kind: EnvoyFilter
            spec:
              workloadSelector: {labels: {app: a}}
              priority: -5
              configPatches:
              - applyTo: HTTP_FILTER
                match:
                  context: SIDECAR_OUTBOUND
                  listener:
                    portNumber: 80
                    filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router}}}
                patch:
                  operation: INSERT_BEFORE
                  value:
                    name: envoy.lua
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                      inlineCode: |
                        function envoy_on_request(h) end
              - apply_to: HTTP_FILTER
                patch:
                  operation: INSERT_FIRST
                  value:
                    name: first
                    typedConfig:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                      defaultSourceCode: {inlineString: "-- nothing"}
              - applyTo: HTTP_FILTER
                match: {context: GATEWAY, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: first}}}}}
                patch: {operation: REMOVE}
            """)
        guard case .envoyFilter(let filter) = spec else { return #expect(Bool(false)) }
        #expect(filter.priority == -5)
        #expect(filter.workloadSelector == ["app": "a"])
        #expect(filter.patches.map(\.operation) == [.insertBefore, .insertFirst, .remove])
        #expect(filter.patches.map(\.context) == [.sidecarOutbound, .any, .gateway])
        #expect(filter.patches.map(\.port) == [80, nil, nil])
        #expect(filter.patches.map(\.subFilter) == ["envoy.filters.http.router", "", "first"])
        #expect(filter.patches.map(\.name) == ["envoy.lua", "first", ""])
        #expect(filter.patches[0].code == "function envoy_on_request(h) end\n")
        #expect(filter.patches[1].code == "-- nothing")
    }

    @Test(
        "a patch that depends on others should have a priority",
        arguments: [
            ("", "INSERT_BEFORE", 1), ("", "INSERT_AFTER", 1), ("priority: 0", "INSERT_BEFORE", 1),
            ("priority: 10", "INSERT_BEFORE", 0), ("", "INSERT_FIRST", 0), ("", "ADD", 0),
        ])
    func relativePatch(priority: String, operation: String, warnings: Int) throws {
        let decoded = try #require(
            decodeSpecs(
                """
                kind: EnvoyFilter
                spec:
                  \(priority)
                  configPatches:
                  - applyTo: HTTP_FILTER
                    match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router}}}}}
                    patch:
                      operation: \(operation)
                      value:
                        name: a
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, inlineCode: "-- a"}
                """))
        #expect(decoded.errors.isEmpty)
        #expect(
            decoded.warnings.filter { $0.message.hasPrefix("[IST0151]") && $0.path == "spec.configPatches[0]" }.count
                == warnings)
    }
}
