import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Virtual hosts by domain")
struct VirtualHostTests {
    static func table(_ hosts: [(String, [String])], ignoresPort: Bool = false) -> RouteTable {
        let hosts = hosts.map { name, domains in
            VirtualHost(name: name, domains: domains, routes: [route(name, .prefix("/"))])
        }
        return compile(RouteConfiguration(virtualHosts: hosts, ignorePortInHostMatching: ignoresPort)).table
    }

    let hosts = table([
        ("exact", ["api.test", "API2.test"]), ("long suffix", ["*.deep.suffix.test"]), ("suffix", ["*.suffix.test"]),
        ("dash", ["*-web.test"]), ("prefix", ["front.*"]), ("long prefix", ["front.office.*"]),
        ("port", ["port.test:8080"]), ("no port", ["port.test"]), ("rest", ["*"]),
    ])

    @Test(
        "Exact beats suffix, suffix beats prefix, the longest wildcard wins, the star is last",
        arguments: [
            ("api.test", "exact"), ("api2.test", "exact"), ("API.Test", "exact"), ("a.suffix.test", "suffix"),
            ("a.b.suffix.test", "suffix"), ("suffix.test", "rest"), ("x.deep.suffix.test", "long suffix"),
            (".suffix.test", "rest"), ("my-web.test", "dash"), ("-web.test", "rest"), ("front.org", "prefix"),
            ("FRONT.org", "prefix"), ("front.office.org", "long prefix"), ("front.suffix.test", "suffix"),
            ("front.", "rest"), ("elsewhere.test", "rest"), ("", "rest"),
        ])
    func domains(host: String, name: String) { #expect(hosts.name("/", host: host) == name) }

    @Test(
        "A port belongs to the domain",
        arguments: [
            ("port.test:8080", "port"), ("port.test", "no port"), ("port.test:9090", "rest"), ("api.test:80", "rest"),
            ("a.suffix.test:80", "rest"),
        ])
    func ports(host: String, name: String) { #expect(hosts.name("/", host: host) == name) }

    @Test("A port does not count when it is to be ignored")
    func ignoredPort() {
        let table = Self.table([("api", ["api.test"]), ("six", ["[::1]"])], ignoresPort: true)
        #expect(table.name("/", host: "api.test:1234") == "api")
        #expect(table.name("/", host: "[::1]:80") == "six")
        #expect(table.name("/", host: "[::1]") == "six")
        #expect(table.virtualHost(head("/", host: "api.test"))?.name == "api")
        #expect(table.virtualHost(head("/", host: "other.test")) == nil)
    }

    @Test("A virtual host that demands TLS sends plain requests to https, inner ones only if it says so")
    func tls() {
        for (requirement, inner) in [(TLSRequirement.all, true), (.externalOnly, false)] {
            let host = VirtualHost(
                name: "all", domains: ["*"], routes: [route("r", .prefix("/"))], requireTls: requirement)
            let table = compile(RouteConfiguration(virtualHosts: [host])).table
            let request = head("/a?b=c", host: "www.test:80")
            #expect(
                table.find(request, random: 0)?.redirecting?.location(for: request) == "https://www.test:80/a?b=c")
            #expect(table.find(request, random: 0)?.redirecting?.status == 301)
            #expect((table.find(request, random: 0, isInternal: true)?.redirecting != nil) == inner)
            #expect(table.name("/a", [("x-forwarded-proto", "https")]) == "r")
            #expect(table.find(head("/a", scheme: "https"), random: 0)?.name == "r")
        }
    }
}
