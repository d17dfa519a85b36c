import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Compiling routes")
struct RouteCompilationTests {
    static func configuration(_ route: Route, _ change: (inout VirtualHost) -> Void = { _ in }) -> RouteConfiguration {
        var host = VirtualHost(name: "all", domains: ["*"], routes: [route])
        change(&host)
        return RouteConfiguration(virtualHosts: [host])
    }

    static func levels(_ policy: RoutePolicy?) -> [String] {
        let exchange = makeExchange()
        policy?.requestMutations.apply(to: exchange.request, exchange: exchange)
        return exchange.request.values("x-level")
    }

    @Test("Header changes go from the target of a split outwards; or inwards, but the target still first")
    func headers() {
        let target = WeightedCluster(
            cluster: .name("c"), weight: 1, requestHeaders: .adding("x-level", "target"))
        var split = route("split", .prefix("/"))
        split.requestHeaders = .adding("x-level", "route")
        split.action = .route(RouteAction(cluster: .weightedClusters(WeightedClusters(clusters: [target]))))
        for (inwards, expected) in [
            (false, ["target", "route", "vhost", "config"]), (true, ["target", "config", "vhost", "route"]),
        ] {
            var configuration = Self.configuration(split) { $0.requestHeaders = .adding("x-level", "vhost") }
            configuration.requestHeaders = .adding("x-level", "config")
            configuration.mostSpecificHeaderMutationsWins = inwards
            let found = compile(configuration).table.find(head("/"), random: 0)
            guard case .split(let targets)? = found?.forwarding?.targets else {
                Issue.record("no split")
                return
            }
            #expect(Self.levels(targets.choose(random: 0, head: head("/")).policy) == expected)
            #expect(Self.levels(found?.policy) == Array(expected.dropFirst()))
        }
    }

    @Test("A split follows its weights, and the number in its header when that is there once")
    func split() {
        let targets = [("c", 40), ("d", 60)].map { WeightedCluster(cluster: .name($0.0), weight: $0.1) }
        var route = route("split", .prefix("/"))
        route.action = .route(
            RouteAction(cluster: .weightedClusters(WeightedClusters(clusters: targets, headerName: "x-random"))))
        let found = compile(Self.configuration(route)).table.find(head("/"), random: 0)
        guard case .split(let split)? = found?.forwarding?.targets else {
            Issue.record("no split")
            return
        }
        func cluster(_ random: UInt64, _ values: [String] = []) -> Int? {
            split.choose(random: random, head: head("/", values.map { ("x-random", $0) })).cluster
        }
        let shares = (0..<UInt64(100)).map { cluster($0) }
        #expect(shares.filter { $0 == 0 }.count == 40)
        #expect(cluster(99, ["0"]) == 0)
        #expect(cluster(99, ["39"]) == 0)
        #expect(cluster(0, ["40"]) == 1)
        #expect(cluster(99, ["139"]) == 0)
        #expect(cluster(99, ["+39"]) == 0)
        #expect(cluster(99, ["-1"]) == 1)
        #expect(cluster(99, ["0", "1"]) == 1)
    }

    @Test("Mirrors and retries of the route come before those of the virtual host and of the configuration")
    func inheritance() {
        func mirror(_ host: String) -> [RequestMirrorPolicy] {
            [RequestMirrorPolicy(target: .cluster("d"), hostRewriteLiteral: host)]
        }
        var own = route("own", .prefix("/own"))
        own.action = .route(
            RouteAction(
                cluster: .cluster("c"), retryPolicy: RetryPolicy(numRetries: 7),
                requestMirrorPolicies: mirror("route")))
        var configuration = Self.configuration(own) {
            $0.routes.append(route("plain", .prefix("/plain")))
            $0.retryPolicy = RetryPolicy(numRetries: 3)
        }
        configuration.requestMirrorPolicies = mirror("config")
        let table = compile(configuration).table
        let first = table.find(head("/own"), random: 0)?.forwarding
        let second = table.find(head("/plain"), random: 0)?.forwarding
        #expect(first?.mirrors.map(\.hostRewriteLiteral) == ["route"])
        #expect(second?.mirrors.map(\.hostRewriteLiteral) == ["config"])
        #expect(first?.retry?.retries == 7)
        #expect(second?.retry?.retries == 3)
        #expect(second?.retry?.maxInterval == 250_000_000)
    }

    @Test("Everything that is wrong is told at once, with its place")
    func errors() {
        var bad = route(
            "bad", regex("("),
            headers: [HeaderMatcher(name: "x", match: MatcherTests.text(.safeRegex(RegexMatcher(regex: "["))))])
        bad.action = .route(RouteAction(cluster: .cluster("nowhere")))
        let found = compile(
            Self.configuration(bad),
            filters: [
                HTTPFilter(
                    name: "mine", settings: .custom(name: "mine", typeURL: "type.googleapis.com/my.Filter", .null))
            ])
        let places = found.diagnostics.map(\.path).sorted()
        let route = "route_config.virtual_hosts[0].routes[0]"
        #expect(
            places == [
                "http_filters[0]", "\(route).match.headers[0]", "\(route).match.safe_regex", "\(route).route.cluster",
            ])
    }
}

@Suite("Chains of filters")
struct FilterChainsTests {
    /// Says which settings it was made of.
    struct Probe: Filter {
        let value: String
    }

    static let table = FilterTable(makers: [
        "probe": { settings, override, _ in
            if case .custom(let value, _)? = override?.setting { return Probe(value: value) }
            guard case .custom(_, let value, _) = settings else { return nil }
            return Probe(value: value)
        },
        "apus.filters.http.mirror": { _, _, _ in Probe(value: "mirror") },
        "apus.filters.http.timeout": { _, _, _ in Probe(value: "timeout") },
        "apus.filters.http.retry": { _, _, _ in Probe(value: "retry") },
        "envoy.filters.http.router": { _, _, _ in Probe(value: "router") },
    ])

    static func probe(_ value: String, name: String = "probe", disabled: Bool = false) -> HTTPFilter {
        HTTPFilter(name: name, disabled: disabled, settings: .custom(name: "probe", typeURL: value, .null))
    }

    static func override(_ value: String?, disabled: Bool? = nil) -> FilterOverride {
        FilterOverride(setting: value.map { .custom(typeURL: $0, .null) }, disabled: disabled)
    }

    static func values(_ chain: ApusProxy.FilterChain?) -> [String] {
        chain?.filters.map { ($0 as? Probe)?.value ?? "-" } ?? []
    }

    @Test("Mirror, timeout, retry and router come last with no mention, and elsewhere when mentioned")
    func order() {
        let router = HTTPFilter(name: "router", settings: .router(RouterSettings()))
        let plain = compile(RouteConfiguration(), filters: [Self.probe("a"), router], in: Self.table)
        #expect(Self.values(plain.defaultChain) == ["a", "mirror", "timeout", "retry", "router"])
        let mirror = HTTPFilter(name: "m", settings: .mirror)
        let moved = compile(RouteConfiguration(), filters: [mirror, Self.probe("a"), router], in: Self.table)
        #expect(Self.values(moved.defaultChain) == ["mirror", "a", "timeout", "retry", "router"])
        #expect(moved.diagnostics.isEmpty)
    }

    @Test("The most specific level decides whether a filter runs and how; routes that say nothing share a chain")
    func overrides() {
        func named(_ name: String, _ override: FilterOverride?) -> Route {
            var route = route(name, .prefix("/\(name)"))
            if let override { route.typedPerFilterConfig = ["probe": override] }
            return route
        }
        func hosts(_ override: FilterOverride?) -> RouteConfiguration {
            let routes = [
                named("none", nil), named("too", nil), named("own", Self.override("route")),
                named("off", Self.override(nil, disabled: true)), named("on", Self.override(nil, disabled: false)),
            ]
            let host = VirtualHost(
                name: "all", domains: ["*"], routes: routes,
                typedPerFilterConfig: override.map { ["probe": $0] } ?? [:])
            return RouteConfiguration(virtualHosts: [host])
        }
        func first(_ compiled: RouteTable.Compiled, _ path: String) -> String {
            Self.values(compiled.table.find(head(path), random: 0)?.policy.chain).first ?? "none"
        }
        let plain = compile(hosts(nil), filters: [Self.probe("listener")], in: Self.table)
        #expect(["/none", "/own", "/off", "/on"].map { first(plain, $0) } == ["listener", "route", "-", "listener"])
        #expect(plain.table.find(head("/none"), random: 0)?.policy.chain === plain.defaultChain)
        let inner = compile(hosts(Self.override("vhost")), filters: [Self.probe("listener")], in: Self.table)
        #expect(["/none", "/own", "/off", "/on"].map { first(inner, $0) } == ["vhost", "route", "-", "vhost"])
        let chain = inner.table.find(head("/none"), random: 0)?.policy.chain
        #expect(chain === inner.table.find(head("/too"), random: 0)?.policy.chain)
        let quiet = compile(hosts(nil), filters: [Self.probe("listener", disabled: true)], in: Self.table)
        #expect(["/none", "/own", "/off", "/on"].map { first(quiet, $0) } == ["-", "route", "-", "listener"])
    }

    @Test("A filter that cannot be made is told where it is set, once")
    func refusal() {
        let table = FilterTable(makers: [
            "probe": { _, override, _ in
                if override != nil { throw FilterRefusal("no") }
                return nil
            }
        ])
        var bad = route("bad", .prefix("/"))
        bad.typedPerFilterConfig = ["probe": Self.override("x")]
        let configuration = RouteConfiguration(virtualHosts: [VirtualHost(domains: ["*"], routes: [bad])])
        let found = compile(configuration, filters: [Self.probe("a")], in: table).diagnostics
        #expect(
            found.map(\.path) == ["route_config.virtual_hosts[0].routes[0].typed_per_filter_config.probe"])
        #expect(found.map(\.message) == ["no"])
    }
}
