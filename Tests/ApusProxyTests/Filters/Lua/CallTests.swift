import Testing

@testable import ApusProxy

@Suite("Calls that scripts make", .timeLimit(.minutes(1)))
struct CallTests {
    @Test("An endpoint that fails the calls of scripts is taken out, as it is for requests")
    func outlier() async throws {
        let upstream = try await WireUpstream.answering("v1")
        let failing = try await WireUpstream.start { connection, _ in
            while true {
                _ = try await connection.readMessage()
                try await connection.send("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n")
            }
        }
        let script = """
            function envoy_on_request(handle)
              local headers = handle:httpCall("calls", { [":method"] = "GET", [":path"] = "/", [":authority"] = "x" }, nil, 60000)
              handle:respond({ [":status"] = headers[":status"] }, "")
            end
            """
        let proxy = try await WireProxy.start(
            WireProxy.configuration(
                clusters: [
                    WireProxy.cluster("v1", upstream),
                    WireProxy.cluster(
                        "calls", failing, "outlier_detection: { consecutive_5xx: 2, max_ejection_percent: 100 },"),
                ], filters: WireProxy.lua(script)), workers: 1)
        for _ in 0..<2 {
            let answer = try await proxy.get()
            #expect(answer.status == 500, "\(answer.body)")
        }
        try await proxy.eventually("the endpoint is taken out") {
            await proxy.stat("cluster.calls.outlier_detection.ejections_active") == 1
        }
        await proxy.stop()
        await upstream.stop()
        await failing.stop()
    }
}
