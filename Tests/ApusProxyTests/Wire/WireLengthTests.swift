import NIOConcurrencyHelpers
import Testing

@Suite("On the wire: a body that a filter has made longer or shorter than announced", .timeLimit(.minutes(1)))
struct WireLengthTests {
    private func start(_ script: String, _ upstream: WireUpstream) async throws -> WireProxy {
        try await WireProxy.start(
            WireProxy.configuration(clusters: [WireProxy.cluster("v1", upstream)], filters: WireProxy.lua(script)))
    }

    @Test(
        "What goes beyond a request's announced length never reaches the upstream, where it would be another request",
        arguments: ["GET /stolen HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n", ""])
    func request(replacement: String) async throws {
        let seen = NIOLockedValueBox<[String]>([])
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                seen.withLockedValue { $0.append(request.startLine) }
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            }
        }
        let script = "function envoy_on_request(h) for c in h:bodyChunks() do c:setBytes('\(replacement)') end end"
        let proxy = try await start(script, upstream)
        let client = try await proxy.connect()
        // The head first: the body streams by once the request is on its way.
        try await client.send("POST /first HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\n")
        try await Task.sleep(for: .milliseconds(200))
        try await client.send("body")
        let answer = try await client.readMessage()
        #expect(answer.startLine.contains(" 503 "))
        #expect(seen.withLockedValue { $0 }.allSatisfy { !$0.contains("stolen") })
        #expect(try await proxy.get("/second").startLine.contains(" 200 "))
        await proxy.stop()
        await upstream.stop()
    }

    @Test("What goes beyond an answer's announced length never reaches the client, and the connection ends")
    func answer() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let script =
            "function envoy_on_response(h) for c in h:bodyChunks() do c:setBytes('0123456789HTTP/1.1 200 OK and much more') end end"
        let proxy = try await start(script, upstream)
        let client = try await proxy.connect()
        try await client.send("GET /123456 HTTP/1.1\r\nhost: test\r\n\r\n")
        let all = try await client.readToEnd()
        #expect(all.hasSuffix("\r\n\r\n0123456789"))
        await proxy.stop()
        await upstream.stop()
    }
}
