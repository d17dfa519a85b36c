import ApusConfig

@testable import ApusProxy

/// A request's head.
func head(
    _ path: String, host: String = "a.test", method: String = "GET", scheme: String = "http",
    _ headers: [(String, String)] = []
) -> Head {
    let head = Head()
    head.set(method: method, path: path, headers: headers)
    head.setAuthority(host.copied)
    head.setScheme(scheme.copied)
    return head
}

/// A table of one virtual host for every domain; routes go to cluster `c` unless they say otherwise.
func table(_ routes: [Route]) -> RouteTable {
    compile(RouteConfiguration(virtualHosts: [VirtualHost(name: "all", domains: ["*"], routes: routes)])).table
}

func compile(
    _ configuration: RouteConfiguration, filters: [HTTPFilter] = [], in table: FilterTable = FilterTable(makers: [:])
) -> RouteTable.Compiled {
    RouteTable.compile(
        manager: HTTPConnectionManager(statPrefix: "routes", routeConfig: configuration, httpFilters: filters),
        clusterIndex: ["c": 0, "d": 1], filters: table)
}

func route(_ name: String, _ path: PathSpecifier, caseSensitive: Bool = true, headers: [HeaderMatcher] = []) -> Route {
    Route(
        name: name, match: RouteMatch(path: path, caseSensitive: caseSensitive, headers: headers),
        action: .route(RouteAction(cluster: .cluster("c"))))
}

func regex(_ text: String) -> PathSpecifier { .safeRegex(RegexMatcher(regex: text)) }

extension RouteTable {
    /// The name of the route that a request takes; nil when none matches.
    func name(_ path: String, host: String = "a.test", _ headers: [(String, String)] = []) -> String? {
        find(head(path, host: host, headers), random: 0)?.name
    }
}

extension CompiledRoute {
    var forwarding: ForwardAction? { if case .forward(let action) = action { action } else { nil } }
    var redirecting: RedirectAction? { if case .redirect(let action) = action { action } else { nil } }
}

extension HeaderMutation {
    /// One addition.
    static func adding(
        _ name: String, _ value: String, _ action: HeaderAppendAction = .appendIfExistsOrAdd, keepsEmpty: Bool = false
    ) -> HeaderMutation {
        HeaderMutation(add: [
            HeaderValueOption(
                key: name, value: FormatString(literal: value), appendAction: action, keepEmptyValue: keepsEmpty)
        ])
    }
}
