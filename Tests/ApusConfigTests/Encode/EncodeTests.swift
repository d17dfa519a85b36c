import Testing

@testable import ApusConfig

@Suite("Models that were not read from Envoy's text are shown as such a text")
struct EncodeTests {
    /// A bootstrap with these listeners and clusters, read back from what they are shown as.
    private func readBack(_ listeners: [Listener], _ clusters: [Cluster]) -> LoadResult {
        let document = ConfigValue.object([
            ConfigMember(
                name: "static_resources",
                value: .object([
                    ConfigMember(name: "listeners", value: .array(listeners.map(\.encoded))),
                    ConfigMember(name: "clusters", value: .array(clusters.map(\.encoded))),
                ]))
        ])
        return ConfigurationLoader.load(text: document.yaml, file: "shown", readFile: { _ in [] })
    }

    @Test("Routes of every kind read back as themselves")
    func routes() throws {
        let text = """
            apiVersion: v1
            kind: Service
            metadata: {name: b}
            spec: {ports: [{name: http, port: 80}], selector: {app: b}}
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: b}
            spec: {address: 127.0.0.1, labels: {app: b, version: v1}, weight: 3, locality: r/z/s}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: b}
            spec:
              host: b
              trafficPolicy:
                connectionPool:
                  tcp: {maxConnections: 1, connectTimeout: 3s, tcpKeepalive: {probes: 3, time: 10s, interval: 5s}}
                  http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 2, idleTimeout: 7s, maxRetries: 4}
                outlierDetection: {consecutive5xxErrors: 2, interval: 1s, baseEjectionTime: 3s, maxEjectionPercent: 100}
                loadBalancer: {consistentHash: {httpCookie: {name: c, ttl: 5s, path: /}}}
              subsets:
              - {name: v1, labels: {version: v1}, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
              - {name: v2, labels: {version: v2}, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 251}}}}}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: b}
            spec:
              hosts: [b]
              http:
              - name: everything
                match:
                - uri: {prefix: /a}
                  ignoreUriCase: true
                  headers: {x-a: {exact: v}, x-b: {regex: "v[0-9]+"}, x-c: {prefix: p}, x-d: {}}
                  withoutHeaders: {x-e: {exact: w}}
                  queryParams: {q: {exact: "1"}, r: {}}
                  method: {exact: POST}
                route:
                - {destination: {host: b, subset: v1}, weight: 75, headers: {request: {set: {x-v: one}}}}
                - {destination: {host: b, subset: v2}, weight: 25}
                rewrite: {uri: /z, authority: other}
                timeout: 2.5s
                retries: {attempts: 3, perTryTimeout: 1s, retryOn: "5xx,reset,503", backoff: 50ms}
                fault: {delay: {percentage: {value: 0.5}, fixedDelay: 7s}, abort: {percentage: {value: 10}, httpStatus: 500}}
                mirrors: [{destination: {host: b, subset: v2}, percentage: {value: 12.5}}, {destination: {host: b}}]
                corsPolicy: {allowOrigins: [{exact: "http://a"}, {regex: "http://.*"}], allowMethods: [GET], maxAge: 10s, allowCredentials: true}
                headers: {request: {add: {x-n: "%REQ(:path)%"}, remove: [x-gone]}, response: {set: {x-s: "1"}}}
              - match: [{uri: {regex: "/re/[a-z]+"}}]
                rewrite: {uriRegexRewrite: {match: "/re/(.*)", rewrite: '/\\1'}}
                route: [{destination: {host: b}}]
              - match: [{uri: {exact: /old}}]
                redirect: {uri: /new, authority: there, redirectCode: 308, scheme: https, port: 8443}
              - match: [{uri: {exact: /said}}]
                directResponse: {status: 503, body: {string: "a text"}}
              - route: [{destination: {host: b}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: g}
            spec:
              servers:
              - {port: {number: 8080, name: http, protocol: HTTP}, hosts: ["b.example.com"]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: g}
            spec: {hosts: [b.example.com], gateways: [g], http: [{route: [{destination: {host: b}}]}]}
            ---
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: lua}
            spec:
              configPatches:
              - applyTo: HTTP_FILTER
                match: {context: SIDECAR_OUTBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router}}}}}
                patch:
                  operation: INSERT_BEFORE
                  value:
                    name: mine
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                      inlineCode: |
                        function envoy_on_request(handle)
                          handle:headers():add("x-lua", "yes")
                        end
            """
        let reading = RuleReader.read(text: text, file: "rules")
        try #require(reading.errors.isEmpty, "\(reading.errors)")
        var rules = RuleSet()
        for rule in reading.rules { rules.apply(rule) }
        var identity = ProxyIdentity()
        identity.outbound = .socket(host: "127.0.0.1", port: 15001)
        identity.accessLog = "/dev/null"
        let compiled = RuleCompiler(identity: identity).compile(rules)
        // What Envoy's text cannot say is left out: clusters of requests' own hosts, and the statistics of Istio.
        let clusters = compiled.clusters.filter { $0.type != .dynamicHost }
        let listeners = compiled.listeners.map(\.sayable)
        let back = readBack(listeners, clusters)
        #expect(back.errors.isEmpty, "\(back.errors)")
        let resources = try #require(back.bootstrap?.staticResources)
        #expect(resources.clusters.count == clusters.count)
        for (var one, var other) in zip(resources.clusters, clusters) {
            other.isOfRules = false
            // Upstream nothing looks at it; Envoy's text always says something.
            one.httpProtocolOptions.http1.overrideStreamErrorOnInvalidHttpMessage = nil
            #expect(one == other)
        }
        #expect(resources.listeners.count == listeners.count)
        for (one, other) in zip(resources.listeners, listeners) {
            let hosts = one.virtualHosts
            let wanted = other.virtualHosts
            #expect(hosts.count == wanted.count)
            for (host, wish) in zip(hosts, wanted) {
                #expect(host.routes.count == wish.routes.count)
                for (route, wishedRoute) in zip(host.routes, wish.routes) { #expect(route == wishedRoute) }
                #expect(host == wish)
            }
            #expect(one.encoded == other.encoded)
        }
    }

    @Test("Texts that look like something else are read back as texts")
    func oddTexts() {
        let texts = [
            "", "1", "1.0", "0x1F", "true", "yes", "~", "null", "- a", "a: b", "#x", "a #b", " a", "a ", "a\nb",
            "a\nb\n",
            "\n", "'", "\"", "\\", "%", "@x", "*x", "&x", "!x", "|", ">", "{}", "[]", "é", "2026-01-31", "1:30", "=",
            "<<",
            "\t", "a\tb", "\u{7}", "\u{2028}", "😀", "-", "---", "...", "? a", ".5", "+1", "1e3", ".inf", "a\r\nb", "on",
        ]
        for text in texts {
            let value = ConfigValue.object([
                ConfigMember(name: "v", value: .string(text)), ConfigMember(name: text, value: .array([.string(text)])),
            ])
            #expect(ConfigValue(text: value.yaml) == value, "\(text.debugDescription): \(value.yaml)")
            #expect(WrittenDocument(value).value == value)
        }
    }
}

extension Listener {
    fileprivate var managers: [HTTPConnectionManager] {
        filterChains.flatMap(\.filters).compactMap {
            if case .httpConnectionManager(let manager) = $0 { manager } else { nil }
        }
    }

    fileprivate var virtualHosts: [VirtualHost] { managers.flatMap(\.routeConfig.virtualHosts) }

    /// Without what no text of Envoy's can say: how rules look at repeated headers, too.
    fileprivate var sayable: Listener {
        var listener = self
        for chain in listener.filterChains.indices {
            for index in listener.filterChains[chain].filters.indices {
                guard case .httpConnectionManager(var manager) = listener.filterChains[chain].filters[index] else {
                    continue
                }
                manager.httpFilters.removeAll { $0.name == "istio.stats" }
                for host in manager.routeConfig.virtualHosts.indices {
                    for route in manager.routeConfig.virtualHosts[host].routes.indices {
                        manager.routeConfig.virtualHosts[host].routes[route].match.forgetJoins()
                    }
                }
                listener.filterChains[chain].filters[index] = .httpConnectionManager(manager)
            }
        }
        return listener
    }

    @Test("Numbers are shown as numbers, which whoever reads the dump counts on")
    func numbers() {
        let split = WeightedClusters(clusters: [WeightedCluster(cluster: .name("a"), weight: 90)])
        #expect(split.encoded["clusters"].map { "\($0)" }?.contains("\"90\"") == false)
        #expect(DirectResponse(status: 405).encoded["status"] == .number(405))
    }
}

extension RouteMatch {
    fileprivate mutating func forgetJoins() {
        for header in headers.indices { headers[header].joinsFields = false }
    }
}
