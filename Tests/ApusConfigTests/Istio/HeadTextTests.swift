import Testing

@testable import ApusConfig

@Suite("Texts that go into heads of messages cannot end them")
struct HeadTextTests {
    private func errors(_ kind: String, _ spec: String) -> [String] {
        let text = "apiVersion: networking.istio.io/v1\nkind: \(kind)\nmetadata: {name: x}\nspec: \(spec)\n"
        return RuleReader.read(text: text, file: "x", namespace: "default").errors.map {
            "\($0.diagnostic.path): \($0.diagnostic.message)"
        }
    }

    @Test(
        "Line ends and blanks in targets and hosts are refused",
        arguments: [
            ("rewrite: {uri: \"VALUE\"}", "rewrite.uri"), ("rewrite: {authority: \"VALUE\"}", "rewrite.authority"),
            ("rewrite: {uriRegexRewrite: {match: a, rewrite: \"VALUE\"}}", "rewrite.uriRegexRewrite.rewrite"),
            ("redirect: {uri: \"VALUE\"}", "redirect.uri"), ("redirect: {authority: \"VALUE\"}", "redirect.authority"),
            ("match: [{uri: {prefix: /}}], redirect: {prefixRewrite: \"VALUE\"}", "redirect.prefixRewrite"),
        ])
    func targets(rule: String, path: String) {
        let route = rule.hasPrefix("rewrite") ? ", route: [{destination: {host: a}}]" : ""
        for value in ["/x HTTP/1.1\\r\\nhost: h\\r\\n\\r\\nGET /y", "/a\\nb", "/a b", "/a\\x00"] {
            let spec = "{hosts: [a], http: [{\(rule.replacing("VALUE", with: value))\(route)}]}"
            let found = errors("VirtualService", spec)
            #expect(found.count == 1 && found[0].hasPrefix("spec.http[0].\(path): blanks, line ends"), "\(found)")
        }
        let good = "{hosts: [a], http: [{\(rule.replacing("VALUE", with: "/good"))\(route)}]}"
        #expect(errors("VirtualService", good) == [])
    }

    @Test(
        "So are line ends in cookies",
        arguments: [
            "name: \"VALUE\"", "name: c, path: \"VALUE\"",
            "name: c, attributes: [{name: a, value: \"VALUE\"}]", "name: c, attributes: [{name: \"VALUE\"}]",
        ])
    func cookies(cookie: String) {
        func found(_ value: String) -> [String] {
            let hash = "{consistentHash: {httpCookie: {\(cookie.replacing("VALUE", with: value)), ttl: 5s}}}"
            return errors("DestinationRule", "{host: a, trafficPolicy: {loadBalancer: \(hash)}}")
        }
        #expect(found("a\\r\\nset-cookie: b").count == 1)
        #expect(found("good") == [])
    }
}
