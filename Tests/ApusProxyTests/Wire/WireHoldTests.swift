import NIOConcurrencyHelpers
import NIOCore
import Testing

/// An endpoint for calls that answers when the test lets it.
private final class Gate: Sendable {
    private let state = NIOLockedValueBox((asked: [String](), allowed: 0))

    var asked: [String] { state.withLockedValue { $0.asked } }

    /// Lets so many more calls be answered.
    func open(_ count: Int = 1) { state.withLockedValue { $0.allowed += count } }

    func start() async throws -> WireUpstream {
        try await WireUpstream.start { [state] connection, _ in
            while true {
                let call = try await connection.readMessage()
                state.withLockedValue { $0.asked.append(String(call.path.dropFirst())) }
                while !state.withLockedValue({
                    guard $0.allowed > 0 else { return false }
                    $0.allowed -= 1
                    return true
                }) { try await Task.sleep(for: .milliseconds(2)) }
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            }
        }
    }
}

@Suite("On the wire: a script that waits between the pieces of a body", .timeLimit(.minutes(2)))
struct WireHoldTests {
    private static let call = """
        local function call(handle, what, timeout)
          return handle:httpCall("calls", { [":method"] = "GET", [":path"] = "/" .. what, [":authority"] = "x" }, nil, timeout or 60000)
        end

        """
    private static let checksRequest =
        call + """
            function envoy_on_request(handle)
              for chunk in handle:bodyChunks() do
                local text = chunk:getBytes(0, chunk:length())
                chunk:setBytes(string.upper(text))
                call(handle, text)
              end
              call(handle, "end")
            end
            """
    private static let checksAnswer = checksRequest.replacing("envoy_on_request", with: "envoy_on_response")

    private struct Stage {
        let proxy: WireProxy
        let upstream: WireUpstream
        let calls: WireUpstream
        let gate: Gate
        /// Everything that the upstream has been sent.
        let seen: NIOLockedValueBox<String>

        func seen(_ text: String) async throws {
            try await proxy.eventually("the upstream sees \(text)") { seen.withLockedValue { $0.contains(text) } }
        }

        func asked(_ calls: [String]) async throws {
            try await proxy.eventually("calls are made: \(calls)") { gate.asked == calls }
        }

        func settled() async throws {
            try await proxy.eventually("nothing waits") { await proxy.stat("http.test.lua.waiting") == 0 }
            try await proxy.eventually("nothing is under way") {
                await proxy.stat("http.test.downstream_rq_active") == 0
            }
            for cluster in ["v1", "calls"] {
                try await proxy.eventually("no request of \(cluster) is left") {
                    await proxy.stat("cluster.\(cluster).upstream_rq_active") == 0
                }
            }
        }

        func stop() async {
            await proxy.stop()
            await upstream.stop()
            await calls.stop()
        }
    }

    /// `answer`: what the upstream says when it has been sent `until`.
    private func start(
        _ script: String, until: String = "0\r\n\r\n", route: String = "", more: String = "",
        _ answer: @escaping @Sendable (WireConnection) async throws -> Void = { connection in
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        }
    ) async throws -> Stage {
        let seen = NIOLockedValueBox("")
        let upstream = try await WireUpstream.start { connection, _ in
            var own = ""
            while let more = try await connection.receive() {
                own += String(buffer: more)
                seen.withLockedValue { $0 += String(buffer: more) }
                if own.hasSuffix(until) {
                    own = ""
                    try await answer(connection)
                }
            }
        }
        let gate = Gate()
        let calls = try await gate.start()
        let trailers =
            "typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: { http_protocol_options: { enable_trailers: true } } } },"
        let text = WireProxy.configuration(
            routes: "[{ match: { prefix: / }, route: { cluster: v1\(route) } }]",
            clusters: [WireProxy.cluster("v1", upstream, trailers), WireProxy.cluster("calls", calls)],
            manager: "http_protocol_options: { enable_trailers: true }",
            listener: "per_connection_buffer_limit_bytes: 100000", filters: WireProxy.lua(script, more: more))
        return Stage(
            proxy: try await WireProxy.start(text, workers: 1), upstream: upstream, calls: calls, gate: gate, seen: seen
        )
    }

    private static let head = "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n"

    @Test("Each piece of a request waits for its own call, those behind it wait in order, and trailers stay the last")
    func request() async throws {
        let stage = try await start(Self.checksRequest, until: "x-sum: 1\r\n\r\n")
        let client = try await stage.proxy.connect()
        try await client.send(Self.head)
        try await stage.seen("POST / ")
        try await client.send("3\r\nabc\r\n")
        try await stage.asked(["abc"])
        try await client.send("2\r\nde\r\n")
        try await client.send("1\r\nf\r\n0\r\nx-sum: 1\r\n\r\n")
        try await Task.sleep(for: .milliseconds(50))
        #expect(stage.gate.asked == ["abc"])
        #expect(stage.seen.withLockedValue { !$0.contains("ABC") })
        stage.gate.open()
        try await stage.seen("3\r\nABC\r\n")
        try await stage.asked(["abc", "de"])
        #expect(stage.seen.withLockedValue { !$0.contains("DE") })
        stage.gate.open(2)
        try await stage.seen("3\r\nABC\r\n2\r\nDE\r\n1\r\nF\r\n")
        try await stage.asked(["abc", "de", "f", "end"])
        #expect(stage.seen.withLockedValue { !$0.contains("x-sum") })
        stage.gate.open()
        #expect(try await client.readMessage().body == "ok")
        try await stage.seen("1\r\nF\r\n0\r\nx-sum: 1\r\n\r\n")
        #expect(await stage.proxy.stat("http.test.lua.errors") == 0)
        try await stage.settled()
        await stage.stop()
    }

    @Test("A body that came with its head waits alone: the head is with the upstream, and the connection serves on")
    func together() async throws {
        let stage = try await start(Self.checksRequest, until: "BODY")
        let client = try await stage.proxy.connect()
        for number in 1...2 {
            try await client.send("POST /\(number) HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\nbody")
            try await stage.seen("POST /\(number) ")
            try await stage.proxy.eventually("the call is made") { stage.gate.asked.count == number * 2 - 1 }
            #expect(stage.seen.withLockedValue { $0.ranges(of: "BODY").count } == number - 1)
            stage.gate.open(2)
            #expect(try await client.readMessage().body == "ok")
        }
        try await stage.settled()
        await stage.stop()
    }

    @Test("Each piece of an answer waits for its own call, and trailers stay the last")
    func answer() async throws {
        let stage = try await start(Self.checksAnswer, until: "\r\n\r\n") { connection in
            try await connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
            try await Task.sleep(for: .milliseconds(30))
            try await connection.send("2\r\nde\r\n0\r\nx-sum: 1\r\n\r\n")
        }
        let client = try await stage.proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        // The head does not wait.
        _ = try await client.read(through: "\r\n\r\n")
        try await stage.asked(["abc"])
        stage.gate.open()
        #expect(try await client.read(through: "ABC\r\n") == "3\r\nABC\r\n")
        try await stage.asked(["abc", "de"])
        stage.gate.open()
        #expect(try await client.read(through: "DE\r\n") == "2\r\nDE\r\n")
        try await stage.asked(["abc", "de", "end"])
        stage.gate.open()
        #expect(try await client.read(through: "\r\n\r\n") == "0\r\nx-sum: 1\r\n\r\n")
        #expect(await stage.proxy.stat("http.test.lua.errors") == 0)
        try await stage.settled()
        await stage.stop()
    }

    @Test("Two scripts that wait between pieces see each other's pieces in order, on both ways")
    func two() async throws {
        let second = Self.checksRequest.replacing("string.upper(text)", with: "text .. '.'")
        let both = [Self.checksRequest, second].map {
            $0 + "\n" + $0.replacing(Self.call, with: "").replacing("envoy_on_request", with: "envoy_on_response")
        }
        let seen = NIOLockedValueBox<[String]>([])
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                seen.withLockedValue { $0.append(request.body) }
                try await connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                for piece in ["one", "two"] {
                    try await connection.send("3\r\n\(piece)\r\n")
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await connection.send("0\r\n\r\n")
            }
        }
        let gate = Gate()
        gate.open(1000)
        let calls = try await gate.start()
        let chain = WireProxy.lua(both[0]).components(separatedBy: "{ name: envoy.filters.http.router }")[0]
        let proxy = try await WireProxy.start(
            WireProxy.configuration(
                clusters: [WireProxy.cluster("v1", upstream), WireProxy.cluster("calls", calls)],
                filters: chain + WireProxy.lua(both[1])), workers: 1)
        let client = try await proxy.connect()
        for _ in 0..<3 {
            try await client.send(Self.head)
            for piece in ["abc", "def", "ghi"] {
                try await client.send("3\r\n\(piece)\r\n")
                try await Task.sleep(for: .milliseconds(2))
            }
            try await client.send("0\r\n\r\n")
            let answer = try await client.readMessage()
            #expect(answer.body.filter { $0 != "." } == "ONETWO")
        }
        #expect(seen.withLockedValue { $0.map { $0.filter { $0 != "." } } } == ["ABCDEFGHI", "ABCDEFGHI", "ABCDEFGHI"])
        #expect(await proxy.stat("http.test.lua.errors") == 0)
        await proxy.stop()
        await upstream.stop()
        await calls.stop()
    }

    @Test("A large body whose second piece waits stops its sender, and then passes whole", arguments: [true, false])
    func large(ofRequest: Bool) async throws {
        let size = 40 << 20
        let script =
            Self.call + """
                function \(ofRequest ? "envoy_on_request" : "envoy_on_response")(handle)
                  local number, sum = 0, 0
                  for chunk in handle:bodyChunks() do
                    number, sum = number + 1, sum + chunk:length()
                    if number == 2 then call(handle, "second") end
                  end
                  call(handle, sum)
                end
                """
        let gate = Gate()
        let calls = try await gate.start()
        let sent = NIOLockedValueBox(0)
        let whole: @Sendable (WireConnection) async throws -> Void = { connection in
            for _ in 0..<size / 65_536 {
                try await connection.send(bytes: 65_536)
                sent.withLockedValue { $0 += 65_536 }
            }
        }
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            if ofRequest { try await connection.skip(size) }
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(ofRequest ? 0 : size)\r\n\r\n")
            if !ofRequest { try await whole(connection) }
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(
            WireProxy.configuration(
                routes: WireBackPressureTests.patient,
                clusters: [WireProxy.cluster("v1", upstream), WireProxy.cluster("calls", calls)],
                listener: "per_connection_buffer_limit_bytes: 65536", filters: WireProxy.lua(script)), workers: 1)
        let client = try await proxy.connect()
        try await client.send(
            "\(ofRequest ? "POST" : "GET") / HTTP/1.1\r\nhost: test\r\n\(ofRequest ? "content-length: \(size)\r\n" : "")\r\n"
        )
        let sending = Task { if ofRequest { try await whole(client) } }
        try await proxy.eventually("the call is made") { gate.asked == ["second"] }
        let paused =
            ofRequest
            ? "http.test.downstream_flow_control_paused_reading_total"
            : "cluster.v1.upstream_flow_control_paused_reading_total"
        try await proxy.eventually("the sender is not read") { await proxy.stat(paused) > 0 }
        gate.open(2)
        if ofRequest {
            #expect(try await client.readMessage().status == 200)
        } else {
            _ = try await client.read(through: "\r\n\r\n")
            try await client.skip(size)
        }
        try await sending.value
        #expect(gate.asked == ["second", "\(size)"])
        #expect(sent.withLockedValue { $0 } == size)
        await proxy.stop()
        await upstream.stop()
        await calls.stop()
    }

    @Test("A client that leaves while a piece is held takes everything along")
    func clientGone() async throws {
        for script in [Self.checksRequest, Self.checksAnswer] {
            let stage = try await start(script, until: "\r\n\r\n") { connection in
                try await connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
            }
            let client = try await stage.proxy.connect()
            if script == Self.checksRequest {
                try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\n")
                try await client.send("abc")
            } else {
                try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
            }
            try await stage.asked(["abc"])
            try await client.reset()
            try await stage.settled()
            await stage.stop()
        }
    }

    @Test("An upstream that breaks off while a piece is held: the request is answered 503, the call forgotten")
    func upstreamGone() async throws {
        let stage = try await start(Self.checksRequest, until: "\r\n\r\n") { connection in
            try await Task.sleep(for: .milliseconds(300))
            try await connection.reset()
        }
        let client = try await stage.proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\n")
        try await client.send("abc")
        try await stage.asked(["abc"])
        #expect(try await client.readMessage().status == 503)
        try await stage.settled()
        await stage.stop()
    }

    @Test("A call that takes too long gives the script 504, and the piece goes on")
    func timeout() async throws {
        let script =
            Self.call + """
                function envoy_on_request(handle)
                  for chunk in handle:bodyChunks() do
                    local headers = call(handle, "slow", 100)
                    call(handle, headers[":status"], 50)
                  end
                end
                """
        let stage = try await start(script, until: "abc")
        let client = try await stage.proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc")
        #expect(try await client.readMessage().body == "ok")
        #expect(stage.gate.asked.count == 2 && stage.gate.asked.last == "504")
        try await stage.settled()
        await stage.stop()
    }

    @Test("A route's timeout runs from the request's end at the router, not while its body is held")
    func routeTimeout() async throws {
        let stage = try await start(Self.checksRequest, until: "ABC", route: ", timeout: 0.4s") { _ in }
        let client = try await stage.proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc")
        try await stage.asked(["abc"])
        try await Task.sleep(for: .milliseconds(600))
        #expect(await stage.proxy.stat("cluster.v1.upstream_rq_timeout") == 0)
        stage.gate.open(2)
        #expect(try await client.readMessage().status == 504)
        try await stage.settled()
        await stage.stop()
    }

    @Test(
        "A script that calls before the body and then reads pieces sees those that came meanwhile",
        arguments: [true, false])
    func callBefore(ofRequest: Bool) async throws {
        let script =
            Self.call + """
                function \(ofRequest ? "envoy_on_request" : "envoy_on_response")(handle)
                  call(handle, "first")
                  local all = ""
                  for chunk in handle:bodyChunks() do all = all .. chunk:getBytes(0, chunk:length()) end
                  call(handle, all)
                end
                """
        let stage = try await start(script, until: ofRequest ? "0\r\n\r\n" : "\r\n\r\n") { connection in
            try await connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
            try await connection.send("2\r\nde\r\n0\r\n\r\n")
        }
        let client = try await stage.proxy.connect()
        if ofRequest {
            try await client.send(Self.head + "3\r\nabc\r\n")
            try await client.send("2\r\nde\r\n0\r\n\r\n")
        } else {
            try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        }
        try await stage.asked(["first"])
        try await Task.sleep(for: .milliseconds(50))
        stage.gate.open(2)
        #expect(try await client.readMessage().body == "abcde")
        #expect(stage.gate.asked == ["first", "abcde"])
        try await stage.settled()
        await stage.stop()
    }

    @Test("respond() cannot be called any more, and the request goes on")
    func respond() async throws {
        let script =
            Self.call + """
                function envoy_on_request(handle)
                  for chunk in handle:bodyChunks() do
                    call(handle, "x")
                    handle:respond({ [":status"] = "403" }, "no")
                  end
                end
                """
        let stage = try await start(script, until: "abc")
        stage.gate.open(10)
        let client = try await stage.proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc")
        #expect(try await client.readMessage().body == "ok")
        #expect(await stage.proxy.stat("http.test.lua.errors") == 1)
        try await stage.settled()
        await stage.stop()
    }

    @Test(
        "With an error status, an error is answered as long as no answer is on its way, and the upstream sees a broken request",
        arguments: [true, false])
    func errorStatus(afterCall: Bool) async throws {
        let script =
            Self.call + """
                function envoy_on_request(handle)
                  for chunk in handle:bodyChunks() do
                    \(afterCall ? "call(handle, 'x')" : "")
                    error("no")
                  end
                end
                """
        let stage = try await start(script, until: "xyz", more: "apus: { error_status: 500 },")
        stage.gate.open(10)
        for _ in 0..<2 {
            let client = try await stage.proxy.connect()
            try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\n")
            try await stage.seen("POST / ")
            try await client.send("xyz")
            #expect(try await client.readMessage().status == 500)
            await client.close()
        }
        // No digits of a request's id, which is there, too.
        #expect(stage.seen.withLockedValue { !$0.contains("xyz") })
        #expect(await stage.proxy.stat("http.test.lua.errors") == 2)
        #expect(await stage.proxy.stat("http.test.downstream_rq_5xx") == 2)
        try await stage.settled()
        await stage.stop()
    }

    @Test("An answer that is on its way stays, though the script fails")
    func errorAfterAnswer() async throws {
        let script =
            "function envoy_on_request(handle) for chunk in handle:bodyChunks() do error('no') end end"
        let stage = try await start(script, until: "\r\n\r\n", more: "apus: { error_status: 500 },") { connection in
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no")
            _ = try await connection.read(through: "abc")
            try await connection.send("k")
        }
        let client = try await stage.proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\n")
        _ = try await client.read(through: "\r\n\r\n")
        try await client.send("abc")
        #expect(try await client.readToEnd() == "ok")
        try await stage.settled()
        await stage.stop()
    }

    @Test("An answer that grew beyond the limit during a call is refused when the script then wants it whole")
    func wholeAfterCall() async throws {
        let script =
            Self.call + "function envoy_on_response(handle) call(handle, 'x') handle:body() end"
        let stage = try await start(script, until: "\r\n\r\n") { connection in
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n")
            try await connection.send(bytes: 3_000_000)
        }
        let client = try await stage.proxy.connect()
        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        try await stage.proxy.eventually("the upstream is not read") {
            await stage.proxy.stat("cluster.v1.upstream_flow_control_paused_reading_total") > 0
        }
        stage.gate.open()
        #expect(try await client.readMessage().status == 500)
        try await stage.settled()
        await stage.stop()
    }
}
