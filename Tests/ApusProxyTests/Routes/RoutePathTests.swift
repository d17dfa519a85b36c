import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Routes by path")
struct RoutePathTests {
    let paths = table([
        route("exact", .path("/exact")),
        route("case", .path("/Case"), caseSensitive: false),
        route("prefix", .prefix("/pre/fix")),
        route("loose", .prefix("/LOOSE"), caseSensitive: false),
        route("segment", .pathSeparatedPrefix("/seg/ment")),
        route("regex", regex("/item/[0-9]+(/[a-z]*)?")),
        route("connect", .connect),
        route("rest", .prefix("/")),
    ])

    @Test(
        "An exact path ignores the query but neither a trailing slash nor case",
        arguments: [
            ("/exact", "exact"), ("/exact?a=1", "exact"), ("/exact/", "rest"), ("/exactly", "rest"),
            ("/Exact", "rest"), ("/%65xact", "rest"), ("/cASE", "case"),
        ])
    func exact(path: String, name: String) { #expect(paths.name(path) == name) }

    @Test(
        "A prefix may end within a segment",
        arguments: [
            ("/pre/fix", "prefix"), ("/pre/fix/more", "prefix"), ("/pre/fixture", "prefix"), ("/pre/fix?x", "prefix"),
            ("/pre/fi", "rest"), ("/PRE/fix", "rest"), ("/loosely", "loose"),
        ])
    func prefix(path: String, name: String) { #expect(paths.name(path) == name) }

    @Test(
        "A separated prefix ends with a segment",
        arguments: [
            ("/seg/ment", "segment"), ("/seg/ment/", "segment"), ("/seg/ment/x", "segment"), ("/seg/ments", "rest"),
            ("/seg/ment?x=1", "segment"), ("/SEG/ment", "rest"),
        ])
    func separated(path: String, name: String) { #expect(paths.name(path) == name) }

    @Test(
        "A regular expression covers the whole path without the query",
        arguments: [
            ("/item/12", "regex"), ("/item/12/abc", "regex"), ("/item/12/ABC", "rest"), ("/item/7?x=/none", "regex"),
            ("/xitem/1", "rest"), ("/item/x", "rest"),
        ])
    func expression(path: String, name: String) { #expect(paths.name(path) == name) }

    @Test("The first route that matches wins, however much longer a later one is")
    func order() {
        let table = table([
            route("first", .prefix("/a")), route("second", .prefix("/a/b")), route("third", .path("/c")),
        ])
        #expect(table.name("/a/b/c") == "first")
        #expect(table.name("/c") == "third")
        #expect(table.name("/nothing") == nil)
        #expect(table.name("*") == nil)
    }

    @Test("A route whose further conditions fail makes way for the next one with the same path")
    func conditions() {
        let wanted = HeaderMatcher(name: "x-k", match: .string(StringMatcher(pattern: .exact("a"))))
        let table = table([
            route("conditional", .prefix("/"), headers: [wanted]), route("exact", .path("/p")),
            route("rest", .prefix("/")),
        ])
        #expect(table.name("/p", [("x-k", "a")]) == "conditional")
        #expect(table.name("/p", [("x-k", "b")]) == "exact")
        #expect(table.name("/q") == "rest")
    }

    @Test("A share of requests is decided by the number that comes with them")
    func fraction() {
        var half = route("half", .prefix("/"))
        half.match.runtimeFraction = RuntimeFraction(defaultValue: Fraction(numerator: 50))
        let table = table([half, route("rest", .prefix("/"))])
        #expect(table.find(head("/"), random: 149)?.name == "half")
        #expect(table.find(head("/"), random: 150)?.name == "rest")
    }

    @Test("A route for gRPC looks at the content type")
    func grpc() {
        var only = route("grpc", .prefix("/"))
        only.match.grpc = true
        let table = table([only, route("rest", .prefix("/"))])
        #expect(table.name("/", [("content-type", "application/grpc")]) == "grpc")
        #expect(table.name("/", [("content-type", "application/grpc+proto")]) == "grpc")
        #expect(table.name("/", [("content-type", "application/grpc-web")]) == "rest")
        #expect(table.name("/") == "rest")
    }

    @Test(
        "Path parameters do not count when they are to be ignored, segment by segment",
        arguments: ["/a/b;x", "/a;x/b", "/a;x/b;y", "/a/b?c;d"])
    func parameters(path: String) {
        let host = VirtualHost(name: "all", domains: ["*"], routes: [route("b", .path("/a/b"))])
        let ignoring = RouteConfiguration(virtualHosts: [host], ignorePathParametersInPathMatching: true)
        #expect(compile(ignoring).table.name(path) == "b")
        #expect(compile(RouteConfiguration(virtualHosts: [host])).table.name("/a/b;x") == nil)
    }
}
