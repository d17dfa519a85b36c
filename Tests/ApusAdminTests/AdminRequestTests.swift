import Testing

@testable import ApusAdmin

@Suite struct AdminRequestTests {
    @Test func queriesAreDecoded() {
        let request = AdminRequest(method: "GET", target: "/stats?usedonly&filter=%5Ecluster%2ev1&format=json")
        #expect(request.path == "/stats")
        #expect(request.has("usedonly"))
        #expect(request["filter"] == "^cluster.v1")
        #expect(request["format"] == "json")
        #expect(request["type"] == nil)
    }

    @Test func aPlusInAFilterStaysAPlus() {
        #expect(AdminRequest(method: "GET", target: "/stats?filter=a.+b")["filter"] == "a.+b")
    }

    @Test func formsSendParametersInTheirBody() {
        var request = AdminRequest(
            method: "POST", target: "/logging",
            headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
            body: Array("http=debug".utf8))
        #expect(request["http"] == nil)
        request.takeForm()
        #expect(request["http"] == "debug")
        var other = AdminRequest(method: "POST", target: "/logging", body: Array("http=debug".utf8))
        other.takeForm()
        #expect(other["http"] == nil)
    }

    @Test func brokenEscapesAreKept() {
        #expect(AdminRequest(method: "GET", target: "/stats?filter=%zz%4")["filter"] == "%zz%4")
    }
}
