import Testing

@testable import ApusProxy

struct HeadFactsTests {
    @Test(
        arguments: [
            ("application/grpc", true), ("application/grpc+proto", true), ("application/grpc-web", false),
            ("application/grpc; charset=utf-8", false), ("application/json", false),
        ])
    func `gRPC is what says so, and nothing that only begins alike`(type: String, expected: Bool) {
        #expect(type.copied.isGRPC == expected)
    }

    @Test func `a request's size counts the names of its pseudo-header fields`() {
        let head = Head()
        head.set(method: "GET", path: "/direct", headers: [("x-forwarded-proto", "http")])
        head.setAuthority("log.test".copied)
        head.setScheme("http".copied)
        #expect(head.byteSize == 10 + 12 + 18 + 11 + 21)
    }
}
