import Testing

@testable import ApusAdmin

@Suite struct AdminGuardTests {
    let entry = AdminGuard(knownNames: ["admin.example"])

    private func request(_ headers: [(String, String)]) -> AdminRequest {
        AdminRequest(method: "POST", target: "/reset_counters", headers: headers.map { (name: $0.0, value: $0.1) })
    }

    private func isAllowed(_ headers: [(String, String)], _ access: AdminCommand.Access = .mutation) -> Bool {
        entry.check(request(headers), access) == .allowed
    }

    @Test(arguments: [
        "localhost", "localhost:9901", "LOCALHOST:1", "sidecar:9901", "a.localhost", "127.0.0.1:9901", "10.1.2.3",
        "[::1]:9901", "admin.example:9901",
    ])
    func ownNamesAndAddressesPass(_ host: String) {
        #expect(isAllowed([("host", host)]))
    }

    @Test(arguments: ["evil.example", "evil.example:9901", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3"])
    func aNameThatSomebodyElsePointedHereIsRefused(_ host: String) {
        #expect(!isAllowed([("host", host)]))
        #expect(!isAllowed([("host", host)], .knownHost))
    }

    @Test func healthCheckersAndScrapersMayUseAnyName() {
        #expect(isAllowed([("host", "sidecar.mesh.example")], .anyHost))
    }

    @Test func anotherSitesPageChangesNothing() {
        #expect(!isAllowed([("host", "localhost:9901"), ("origin", "https://evil.example")]))
        #expect(!isAllowed([("host", "localhost:9901"), ("origin", "http://localhost:8080")]))
        #expect(!isAllowed([("host", "localhost:9901"), ("origin", "null")]))
        #expect(!isAllowed([("host", "localhost:9901"), ("sec-fetch-site", "cross-site")]))
        #expect(!isAllowed([("host", "localhost:9901"), ("sec-fetch-site", "same-site")]))
    }

    @Test func ourOwnPageMayChangeThings() {
        #expect(
            isAllowed([
                ("host", "localhost:9901"), ("origin", "http://localhost:9901"), ("sec-fetch-site", "same-origin"),
            ]))
    }

    @Test func aCommandLineToolNeedsNoOrigin() {
        #expect(isAllowed([("host", "127.0.0.1:9901")]))
        #expect(isAllowed([]))
    }
}
