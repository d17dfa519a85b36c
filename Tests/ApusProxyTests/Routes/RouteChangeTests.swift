import ApusConfig
import Testing

@testable import ApusProxy

/// What a table takes over from the one before, by the identities of virtual hosts.
@Suite("Changes of large route tables")
struct RouteChangeTests {
    private static let clusters = ["c": 0, "d": 1]

    private static func host(_ number: Int, _ domains: [String]? = nil, cluster: String = "c", name: String = "r")
        -> VirtualHost
    {
        var host = VirtualHost(
            name: "\(number)", domains: domains ?? ["service-\(number).test", "service-\(number)"],
            routes: [
                Route(
                    name: "\(name)-\(number)", match: RouteMatch(path: .prefix("/")),
                    action: .route(
                        RouteAction(cluster: .cluster(cluster), retryPolicy: RetryPolicy(retryOn: .connectFailure))))
            ])
        host.identity = VirtualHostIdentity()
        return host
    }

    private static func compile(
        _ hosts: [VirtualHost], after previous: RouteTable? = nil, clusters: [String: Int] = clusters,
        filters: [HTTPFilter] = [], statPrefix: String = "change", scripts: LuaScripts = LuaScripts()
    ) -> RouteTable.Compiled {
        RouteTable.compile(
            manager: HTTPConnectionManager(
                statPrefix: statPrefix,
                routeConfig: RouteConfiguration(virtualHosts: hosts, validateClusters: false), httpFilters: filters),
            clusterIndex: clusters, filters: .builtIn, scripts: scripts, after: previous)
    }

    private static func kept(_ new: RouteTable, _ old: RouteTable) -> Int {
        zip(new.hosts, old.hosts).count { $0.host === $1.host }
    }

    @Test("Two virtual hosts that differ in identity alone are equal")
    func equality() {
        let host = Self.host(1)
        var other = host
        other.identity = VirtualHostIdentity()
        #expect(host == other)
        other.identity = nil
        #expect(host == other)
    }

    @Test("One changed, one new and one removed virtual host leave all others the same objects, and no index is made")
    func takenOver() {
        var hosts = (0..<2000).map { Self.host($0) }
        let first = Self.compile(hosts).table
        hosts[7] = Self.host(7, ["service-7.test", "seven"], name: "changed")
        hosts[8] = VirtualHost()
        hosts.append(Self.host(2000))
        let second = Self.compile(hosts, after: first).table
        #expect(Self.kept(second, first) == 1998)
        #expect(second.domains === first.domains)
        #expect(second.name("/", host: "service-7.test") == "changed-7")
        #expect(second.name("/", host: "SEVEN") == "changed-7")
        #expect(second.name("/", host: "service-7") == nil)
        #expect(second.name("/", host: "service-8.test") == nil)
        #expect(second.name("/", host: "service-9.test") == "r-9")
        #expect(second.name("/", host: "service-2000") == "r-2000")
        #expect(first.name("/", host: "service-7") == "r-7")
    }

    @Test("A change that is taken back leaves no change behind")
    func takenBack() {
        var hosts = (0..<10).map { Self.host($0) }
        let first = Self.compile(hosts).table
        hosts[3] = Self.host(3, ["other"])
        let second = Self.compile(hosts, after: first).table
        #expect(second.changes != nil)
        hosts[3] = Self.host(3)
        let third = Self.compile(hosts, after: second).table
        #expect(third.changes == nil)
        #expect(third.name("/", host: "service-3") == "r-3")
        #expect(third.name("/", host: "other") == nil)
    }

    @Test("Many changes are folded into a new index")
    func folded() {
        var hosts = (0..<1000).map { Self.host($0) }
        var table = Self.compile(hosts).table
        let index = table.domains
        for number in 0..<700 {
            hosts[number] = Self.host(number, ["moved-\(number)"])
            table = Self.compile(hosts, after: table).table
        }
        #expect(table.domains !== index)
        #expect(table.name("/", host: "moved-0") == "r-0")
        #expect(table.name("/", host: "moved-699") == "r-699")
        #expect(table.name("/", host: "service-0") == nil)
        #expect(table.name("/", host: "service-999") == "r-999")
    }

    @Test("Any series of changes finds what a table that is compiled at once finds")
    func series() {
        var random = RandomSource(seed: 11)
        let patterns = [
            "*", "*.test", "*.a.test", "*-b.test", "a.*", "a.b.*", "a.test", "x.a.test", "y-b.test", "a.b.c",
        ]
        let names = ["a.test", "x.a.test", "x.test", "y-b.test", "a.b.c", "a.b.d", "a.q", "none", "A.TEST", ""]
        for _ in 0..<50 {
            var hosts = (0..<6).map { Self.host($0, []) }
            var table = Self.compile(hosts).table
            for _ in 0..<30 {
                let position = Int(random.next() % UInt64(hosts.count + 1))
                let domains = patterns.filter { _ in random.next() % 4 == 0 }
                if position == hosts.count {
                    hosts.append(Self.host(position, domains))
                } else {
                    hosts[position] = Self.host(position, domains)
                }
                table = Self.compile(hosts, after: table).table
                let whole = Self.compile(hosts).table
                for name in names { #expect(table.name("/", host: name) == whole.name("/", host: name), "\(name)") }
                #expect(table.readsFields == whole.readsFields)
            }
        }
    }

    @Test("A virtual host that named an unknown cluster is compiled again when there is one")
    func unknownCluster() {
        let hosts = [Self.host(0, cluster: "late"), Self.host(1)]
        let first = Self.compile(hosts).table
        let second = Self.compile(hosts, after: first, clusters: ["c": 0, "d": 1, "other": 2]).table
        #expect(Self.kept(second, first) == 2)
        let third = Self.compile(hosts, after: second, clusters: ["c": 0, "d": 1, "other": 2, "late": 3]).table
        #expect(Self.kept(third, second) == 1)
        guard case .one(3)? = third.hosts[0].routes[0].forwarding?.targets else {
            Issue.record("the route does not lead to the new cluster")
            return
        }
    }

    @Test("Another connection manager takes nothing over")
    func otherManager() {
        let hosts = (0..<3).map { Self.host($0) }
        let first = Self.compile(hosts).table
        #expect(Self.kept(Self.compile(hosts, after: first, statPrefix: "other").table, first) == 0)
    }

    @Test("Virtual hosts without identity are compiled anew")
    func noIdentity() {
        var hosts = (0..<3).map { Self.host($0) }
        hosts[1].identity = nil
        let first = Self.compile(hosts).table
        #expect(Self.kept(Self.compile(hosts, after: first).table, first) == 2)
    }

    @Test("Filters of what is taken over go on, and their scripts belong to the new configuration")
    func scripts() throws {
        func lua(_ text: String) -> LuaSource { LuaSource(text: text, origin: "inline") }
        let filters = [
            HTTPFilter(
                name: "lua",
                settings: .lua(LuaSettings(defaultSource: lua("function envoy_on_request(h) end"))))
        ]
        var hosts = (0..<3).map { Self.host($0) }
        hosts[1].typedPerFilterConfig["lua"] = FilterOverride(
            setting: .lua(.source(lua("function envoy_on_response(h) end"), filterContext: nil)))
        let firstScripts = LuaScripts()
        let first = Self.compile(hosts, filters: filters, scripts: firstScripts)
        firstScripts.commit()
        #expect(firstScripts.all.count == 2)
        hosts[2] = Self.host(2, name: "changed")
        let secondScripts = LuaScripts(after: firstScripts)
        let second = Self.compile(hosts, after: first.table, filters: filters, scripts: secondScripts)
        secondScripts.commit()
        #expect(second.defaultChain === first.defaultChain)
        #expect(secondScripts.all.map(ObjectIdentifier.init) == firstScripts.all.map(ObjectIdentifier.init))
        #expect(second.table.hosts[2].routes[0].policy.chain === first.defaultChain)
        hosts[1] = VirtualHost()
        let thirdScripts = LuaScripts(after: secondScripts)
        _ = Self.compile(hosts, after: second.table, filters: filters, scripts: thirdScripts)
        thirdScripts.commit()
        #expect(thirdScripts.all.count == 1)
    }

    @Test("Routes share what they say alike")
    func shared() {
        let table = Self.compile((0..<3).map { Self.host($0) }).table
        let routes = table.hosts.map { $0.routes[0] }
        #expect(routes[0].policy === routes[2].policy)
        #expect(routes[0].forwarding?.retry === routes[2].forwarding?.retry)
    }
}
