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

    private func start(_ script: String, instructions: Int = 300_000) async throws -> Stage {
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
            filters: WireProxy.lua(
                script, more: "apus: { max_instructions: \(instructions), max_memory_bytes: 4194304 },"))
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

    @Test(
        "A script with a large budget, whose instructions are not counted at first, is stopped all the same",
        arguments: [
            "while true do end",
            "for i = 1, 1e18 do end",
            "local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(60)",
            "while true do pcall(function() while true do end end) end",
            "coroutine.wrap(function() while true do end end)()",
            "while true do pcall(coroutine.wrap(function() while true do end end)) end",
            "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
            "co = co or coroutine.create(function() while true do for i = 1, 1000 do end coroutine.yield() end end) while true do coroutine.resume(co) end",
            "string.gsub('x', '.', function() while true do end end)",
            "table.sort({ 1, 2, 3 }, function() while true do end end)",
            "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
            "h:httpCall('slow', { [':method'] = 'GET', [':path'] = '/', [':authority'] = 'x' }, nil, 1000) while true do end",
        ])
    func large(script: String) async throws {
        let stage = try await start("function envoy_on_request(h) \(script) end", instructions: 10_000_000)
        for number in 0..<2 { #expect(try await stage.proxy.get("/\(number)").body == "v1 /\(number)") }
        #expect(await stage.proxy.stat("http.test.lua.budget_stops") == 2)
        await stage.stop()
    }

    @Test("A run that takes long, and whose instructions are counted from some time on, ends as any other")
    func longRun() async throws {
        let stage = try await start(
            """
            local function count(n)
              local sum = 0
              for i = 1, n do sum = sum + i % 2 end
              return sum
            end
            function envoy_on_request(h)
              local co = coroutine.wrap(function(n) while true do n = coroutine.yield(count(n)) end end)
              local sum = 0
              for i = 1, 20 do sum = sum + co(100000) + count(100000) end
              h:respond({ [":status"] = "200" }, tostring(sum))
            end
            """, instructions: 1_000_000_000)
        for _ in 0..<3 { #expect(try await stage.proxy.get("/").body == "2000000") }
        #expect(await stage.proxy.stat("http.test.lua.errors") == 0)
        await stage.stop()
    }

    @Test("The handle has no methods of the headers', nor they its; both are known again")
    func twoClasses() async throws {
        let stage = try await start(
            """
            local said = {}
            local function try(f, ...)
              local ok, problem = pcall(f, ...)
              said[#said + 1] = ok and "nothing" or problem:gsub("^.-:%d+: ", "")
            end
            function envoy_on_request(h)
              local headers = h:headers()
              try(function() h:get("x") end)
              try(function() headers:body() end)
              try(function() h.headers() end)
              try(function() headers.get("x") end)
              try(function() for _ in pairs(h) do end end)
              try(function() h:logDebug("x") headers:logDebug("x") end)
              said[#said + 1] = tostring(headers == h:headers()) .. tostring(h == headers) .. type(h)
              h:respond({ [":status"] = "200" }, table.concat(said, "\\n"))
            end
            """)
        let misused = "a method was called with '.' in the place of ':', or on another object"
        #expect(
            try await stage.proxy.get("/").body == """
                attempt to call a nil value (method 'get')
                attempt to call a nil value (method 'body')
                \(misused)
                \(misused)
                bad argument #1 to 'for iterator' (table expected, got userdata)
                nothing
                truefalseuserdata
                """)
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
