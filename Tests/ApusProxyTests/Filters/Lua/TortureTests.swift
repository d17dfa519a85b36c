import Testing

@testable import ApusProxy

/// Scripts that misbehave, on a running proxy: the request goes on, the next one is served, and nothing is left behind.
@Suite("Scripts that misbehave", .serialized, .timeLimit(.minutes(2)))
struct TortureTests {
    private struct Stage {
        let proxy: WireProxy
        let upstream: WireUpstream
        let slow: WireUpstream

        func stop() async {
            await proxy.stop()
            await upstream.stop()
            await slow.stop()
        }
    }

    private func start(_ script: String) async throws -> Stage {
        let upstream = try await WireUpstream.answering("v1")
        let slow = try await WireUpstream.start { connection, _ in
            while true {
                _ = try await connection.readMessage()
                try await Task.sleep(for: .milliseconds(50))
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nslow")
            }
        }
        let text = WireProxy.configuration(
            clusters: [WireProxy.cluster("v1", upstream), WireProxy.cluster("slow", slow)],
            filters: WireProxy.lua(script, more: "apus: { max_instructions: 300000, max_memory_bytes: 4194304 },"))
        return Stage(proxy: try await WireProxy.start(text, workers: 1), upstream: upstream, slow: slow)
    }

    @Test(
        "Whatever goes wrong in a script, the request goes on and the next one is served",
        arguments: [
            "function envoy_on_request(h) while true do end end",
            "function envoy_on_request(h) local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end end",
            "function envoy_on_request(h) local l while true do l = { l } end end",
            "function envoy_on_request(h) pcall(function() kept = nil while true do kept = { kept } end end) end",
            "function envoy_on_request(h) error({}) end", "function envoy_on_request(h) error() end",
            "function envoy_on_request(h) coroutine.yield(1) end",
            "function envoy_on_request(h) local function f() return 1 + f() end f() end",
            "function envoy_on_request(h) pcall(string.gsub, 'x', '.', function() h:httpCall('slow', { [':method'] = 'GET', [':path'] = '/', [':authority'] = 'x' }, nil, 1000) end) end",
            "function envoy_on_request(h) pcall(string.gsub, 'x', '.', function() h:respond({ [':status'] = '200' }, 'x') end) end",
            "function envoy_on_request(h) coroutine.wrap(function() h:httpCall('slow', { [':method'] = 'GET', [':path'] = '/', [':authority'] = 'x' }, nil, 1000) end)() end",
            "function envoy_on_request(h) local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x') end",
            "function envoy_on_request(h) h.headers(h):add('x', nil) end",
            "function envoy_on_request(h) h.headers({}) end",
            "function envoy_on_request(h) getmetatable(h).__index.headers = nil end",
            "function envoy_on_response(h) h:headers():add('bad name', 'x') end",
            "function envoy_on_response(h) h:headers():add('x', 'a\\r\\nb: c') end",
        ])
    func wrong(script: String) async throws {
        let stage = try await start(script)
        for number in 0..<5 {
            let answer = try await stage.proxy.get("/\(number)")
            #expect(answer.status == 200)
            #expect(answer.body == "v1 /\(number)")
        }
        #expect(await stage.proxy.stat("http.test.lua.waiting") == 0)
        await stage.stop()
    }

    @Test("An object kept in a global is dead for every later request")
    func keptInAGlobal() async throws {
        let stage = try await start(
            """
            function envoy_on_request(h)
              local path = h:headers():get(":path")
              if kept then
                local ok, problem = pcall(function() return kept:headers():get(":path") end)
                local also, another = pcall(function() return headers:get(":path") end)
                h:headers():add("x-dead", tostring(ok) .. tostring(also) .. tostring(problem):match("outside of proper scope"))
                h:respond({ [":status"] = "200" }, h:headers():get("x-dead"))
              end
              kept, headers = h, h:headers()
            end
            """)
        #expect(try await stage.proxy.get("/a").body == "v1 /a")
        #expect(try await stage.proxy.get("/b").body == "falsefalseoutside of proper scope")
        await stage.stop()
    }

    @Test("Many scripts wait at once, for calls and across pcall, each for its own, while clients leave at every stage")
    func waiting() async throws {
        let stage = try await start(
            """
            function envoy_on_request(h)
              local path = h:headers():get(":path")
              local ok, headers, body = pcall(function()
                return h:httpCall("slow", { [":method"] = "GET", [":path"] = path, [":authority"] = "x" }, nil, 5000)
              end)
              h:headers():add("x-path", path)
              h:headers():replace(":path", path .. "/" .. tostring(body))
              local whole = h:body(true)
              whole:setBytes(path)
            end
            function envoy_on_response(h)
              local body = h:body()
              body:setBytes(body:getBytes(0, body:length()) .. "!")
            end
            """)
        let proxy = stage.proxy
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<150 {
                group.addTask {
                    let client = try await proxy.connect()
                    let body = String(repeating: "b", count: number % 3 * 1000)
                    let head = "POST /\(number) HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
                    try await client.send(head)
                    if number % 5 == 0 {
                        // Gone before its body came, or while the call is under way.
                        try await Task.sleep(for: .milliseconds(number % 2 == 0 ? 5 : 30))
                        return try await client.reset()
                    }
                    if !body.isEmpty { try await client.send(body) }
                    let answer = try await client.readMessage()
                    #expect(answer.body == "v1 /\(number)/slow!")
                    await client.close()
                }
            }
            try await group.waitForAll()
        }
        try await proxy.eventually("nothing waits") { await proxy.stat("http.test.lua.waiting") == 0 }
        try await proxy.eventually("nothing is under way") { await proxy.stat("http.test.downstream_rq_active") == 0 }
        #expect(await proxy.stat("http.test.lua.errors") == 0)
        await stage.stop()
    }

    @Test("A body beyond the limit is answered 413, and one beyond it in an answer 500")
    func tooLarge() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                let size = request.path == "/big" ? 3 << 20 : 2
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\n\r\n")
                try await connection.send(bytes: size)
            }
        }
        let text = WireProxy.configuration(
            clusters: [WireProxy.cluster("v1", upstream)], listener: "per_connection_buffer_limit_bytes: 100000",
            filters: WireProxy.lua(
                "function envoy_on_request(h) h:body() end function envoy_on_response(h) h:body() end"))
        let proxy = try await WireProxy.start(text)
        let client = try await proxy.connect()
        try await client.send("POST /up HTTP/1.1\r\nhost: test\r\ncontent-length: 400000\r\n\r\n")
        try? await client.send(bytes: 400_000)
        #expect(try await client.readMessage().status == 413)
        #expect(try await proxy.get("/big").status == 500)
        #expect(try await proxy.get("/small").body == "xx")
        await proxy.stop()
        await upstream.stop()
    }
}
