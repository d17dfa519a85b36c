import Testing

@testable import ApusConfig

@Suite("Scripts of EnvoyFilters")
struct LuaFilterTests {
    private func patch(
        _ operation: LuaPatch.Operation, _ name: String = "lua", at subFilter: String = "",
        change: (inout LuaPatch) -> Void = { _ in }
    ) -> LuaPatch {
        var patch = LuaPatch(operation: operation)
        patch.subFilter = subFilter
        if operation != .remove {
            patch.name = name
            patch.code = "-- \(name)"
        }
        change(&patch)
        return patch
    }

    private func envoyFilter(
        named name: String = "f", in namespace: String = "default", priority: Int32 = 0,
        selector: [String: String]? = nil,
        _ patches: LuaPatch...
    ) -> Rule {
        var spec = EnvoyFilter()
        spec.priority = priority
        spec.workloadSelector = selector
        spec.patches = patches
        return Rule(
            name: RuleName(kind: .envoyFilter, namespace: namespace, name: name), spec: .envoyFilter(spec))
    }

    private func chain(_ filters: [Rule], port: UInt32? = nil) -> String {
        var identity = ProxyIdentity()
        identity.labels = ["app": "a"]
        return LuaFilters(filters, identity: identity, port: port).filters
            .map { $0.name.replacing("envoy.filters.http.", with: "") }.filter { $0 != BuiltInFilter.stats }
            .joined(separator: " ")
    }

    @Test("Requests are counted behind what may answer them and before what is next to the router")
    func statistics() throws {
        let patch = patch(.insertBefore, at: BuiltInFilter.router)
        let filters = LuaFilters(
            [envoyFilter(patch)], identity: identity(labels: ["app": "a", "version": "v3"]), port: nil
        )
        .filters
        #expect(
            filters.map(\.name)
                == [BuiltInFilter.fault, BuiltInFilter.cors, BuiltInFilter.stats, "lua", BuiltInFilter.router])
        guard case .istioStats(let settings) = filters[2].settings else {
            Issue.record("not the settings of statistics")
            return
        }
        #expect(settings.reporter == "source")
        #expect(settings.workload.namespace == "default")
        #expect(settings.workload.app == "a")
        #expect(settings.workload.version == "v3")
        #expect(settings.workload.canonicalService == "a")
        #expect(settings.workload.canonicalRevision == "v3")
    }

    @Test("A script stands where its patch puts it")
    func places() {
        let router = BuiltInFilter.router
        #expect(chain([envoyFilter(patch(.insertBefore, at: router))]) == "fault cors lua router")
        #expect(chain([envoyFilter(patch(.insertBefore, at: "envoy.router"))]) == "fault cors lua router")
        #expect(chain([envoyFilter(patch(.insertFirst, at: router))]) == "lua fault cors router")
        #expect(chain([envoyFilter(patch(.insertBefore))]) == "lua fault cors router")
        #expect(chain([envoyFilter(patch(.insertAfter, at: BuiltInFilter.fault))]) == "fault lua cors router")
        #expect(chain([envoyFilter(patch(.insertAfter))]) == "fault cors lua router")
        #expect(chain([envoyFilter(patch(.insertAfter, at: router))]) == "fault cors lua router")
        #expect(chain([envoyFilter(patch(.add))]) == "fault cors lua router")
        #expect(chain([envoyFilter(patch(.insertBefore, at: "nobody"))]) == "fault cors router")
    }

    @Test("Scripts are replaced and removed by name, built-in filters are not")
    func changes() {
        let first = patch(.insertFirst, "one")
        #expect(chain([envoyFilter(first, patch(.replace, "two", at: "one"))]) == "two fault cors router")
        #expect(chain([envoyFilter(first, patch(.remove, at: "one"))]) == "fault cors router")
        #expect(chain([envoyFilter(patch(.remove, at: BuiltInFilter.cors))]) == "fault cors router")
        #expect(chain([envoyFilter(first, patch(.add, "one"))]) == "one fault cors one-2 router")
    }

    @Test("Priority comes first, then the root namespace, then age")
    func order() {
        let filters = [
            envoyFilter(named: "late", priority: 1, patch(.add, "d")),
            envoyFilter(named: "own", patch(.add, "b"), patch(.add, "c")),
            envoyFilter(named: "root", in: "istio-system", patch(.add, "a")),
            envoyFilter(named: "x", in: "far", patch(.add, "no")),
        ]
        #expect(chain(filters) == "fault cors a b c d router")
    }

    @Test("Context and workload choose the listeners")
    func choice() {
        let filters = [
            envoyFilter(
                patch(.add, "any"), patch(.add, "sidecar") { $0.context = .sidecarOutbound },
                patch(.add, "edge") { $0.context = .gateway }, patch(.add, "in") { $0.context = .sidecarInbound }),
            envoyFilter(selector: ["app": "a"], patch(.add, "mine")),
            envoyFilter(selector: ["app": "b"], patch(.add, "no")),
        ]
        #expect(chain(filters) == "fault cors any sidecar mine router")
        #expect(chain(filters, port: 80) == "fault cors any edge mine router")
    }

    @Test("A script of one port runs for that table only")
    func ports() throws {
        let filter = envoyFilter(patch(.add) { $0.port = 8080 })
        #expect(chain([filter], port: 8080) == "fault cors lua router")
        #expect(chain([filter], port: 80) == "fault cors router")
        var identity = ProxyIdentity()
        identity.outbound = .socket(host: "127.0.0.1", port: 15001)
        let listener = try #require(
            RuleListeners(identity: identity).compile(
                ruleSet([filter]), registry: TestServices().add("b", ports: [80, 8080])
            )
            .first)
        #expect(listener.manager?.httpFilters.map(\.disabled) == [false, false, false, true, false])
        let hosts = listener.hosts.filter { $0.typedPerFilterConfig["lua"]?.disabled == false }
        #expect(hosts.map(\.name) == ["b.default.svc.cluster.local:8080"])
    }
}
