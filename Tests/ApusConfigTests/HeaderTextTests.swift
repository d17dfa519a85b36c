import Testing

@testable import ApusConfig

@Suite("Texts of a bootstrap that go into heads of messages cannot end them")
struct HeaderTextTests {
    private func errors(_ action: String, _ value: String) -> [String] {
        let routes = "- {match: {prefix: /}, \(action.replacing("VALUE", with: value))}"
        return load(bootstrap(routes: routes)).errors.map(\.message)
    }

    @Test(
        "A line end is refused wherever a route brings a text along",
        arguments: [
            "route: {cluster: v1, prefix_rewrite: \"VALUE\"}", "route: {cluster: v1, host_rewrite_literal: \"VALUE\"}",
            "route: {cluster: v1, regex_rewrite: {pattern: {regex: a}, substitution: \"VALUE\"}}",
            "route: {weighted_clusters: {clusters: [{name: v1, weight: 1, host_rewrite_literal: \"VALUE\"}]}}",
            "route: {cluster: v1, request_mirror_policies: [{cluster: v1, host_rewrite_literal: \"VALUE\"}]}",
            "route: {cluster: v1, hash_policy: [{cookie: {name: \"VALUE\", ttl: 1s}}]}",
            "route: {cluster: v1, hash_policy: [{cookie: {name: c, ttl: 1s, path: \"VALUE\"}}]}",
            "route: {cluster: v1, hash_policy: [{cookie: {name: c, ttl: 1s, attributes: [{name: \"VALUE\"}]}}]}",
            "route: {cluster: v1, hash_policy: [{cookie: {name: c, ttl: 1s, attributes: [{name: a, value: \"VALUE\"}]}}]}",
            "redirect: {host_redirect: \"VALUE\"}", "redirect: {path_redirect: \"VALUE\"}",
            "redirect: {prefix_rewrite: \"VALUE\"}",
        ])
    func lineEnds(action: String) {
        #expect(errors(action, "/a\\r\\nx: b") == ["a header's value cannot hold line breaks or NUL"])
        #expect(errors(action, "/a") == [])
    }
}
