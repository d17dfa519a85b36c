import ApusProxy
import Testing

@Suite("apus lua test: the tests beside a script")
struct ScriptTestsTests {
    static let script = """
        function envoy_on_request(handle)
          local headers = handle:headers()
          headers:add("x-now", handle:timestampString())
          if headers:get("x-block") then handle:respond({ [":status"] = "403" }, "no") end
          local body = handle:body()
          if body then body:setBytes(body:getBytes(0, body:length()) .. "!") end
          headers = handle:headers()
          if headers:get("x-call") then
            local answer, text = handle:httpCall("auth", { [":method"] = "GET", [":path"] = "/who",
              [":authority"] = "auth" }, "hi", 50)
            headers = handle:headers()
            headers:add("x-answer", answer[":status"] .. " " .. tostring(text))
          end
          headers:replace("x-who", handle:filterContext():get("who") or handle:metadata():get("who") or "nobody")
          handle:shared():incr("seen", 1, 10)
          headers:add("x-seen", handle:shared():get("seen"))
          if headers:get("x-fail") then headers.nothing() end
          handle:logWarn("passed")
          handle:clearRouteCache()
        end
        function envoy_on_response(handle)
          handle:headers():add("x-status", handle:headers():get(":status"))
          for chunk in handle:bodyChunks() do
            chunk:setBytes(string.upper(chunk:getBytes(0, chunk:length())))
          end
        end
        """

    private func outcomes(_ tests: String, script: String = script) async throws -> [ScriptTests.Outcome] {
        try await ScriptTests(
            path: "filters/x.lua", text: script, testPath: "filters/x.test.lua", testText: tests, folders: []
        ).run()
    }

    @Test("A test sees what the script makes of a request and of its answer")
    func passes() async throws {
        let tests = """
            test("all of it", function(t)
              t:on_call(function(call)
                t:expect(call.cluster):equals("auth")
                t:expect(call.headers[":path"]):equals("/who")
                t:expect(call.body):equals("hi")
                t:expect(call.timeout):equals(50)
                t:expect(call.async):is_false()
                return { status = 201, body = "ann" }
              end)
              local request = t:request { method = "POST", path = "/x", body = { "a", "b" }, context = { who = "me" },
                headers = { ["x-call"] = "1", ["x-list"] = { "1", "2" } } }
              t:expect(request.body):equals("ab!")
              t:expect(request.method):equals("POST")
              t:expect(request.path):equals("/x")
              t:expect(request.authority):equals("localhost")
              t:expect(request.headers["X-Answer"]):equals("201 ann")
              t:expect(request.headers["x-who"]):equals("me")
              t:expect(request.headers["x-now"]):equals("1700000000000")
              t:expect(request:values("x-list")):equals { "1", "2" }
              t:expect(request.route_cache_cleared):is_true()
              t:expect(request.response):is_nil()
              t:expect(t.logs[1].level):equals("warn")
              t:expect(t.logs[1].text):matches("^pass")
              local response = request:respond { status = 404, headers = { ["x-a"] = "b" }, body = { "ab", "c" } }
              t:expect(response.status):equals(404)
              t:expect(response.headers["x-status"]):equals("404")
              t:expect(response.body):equals("ABC")
            end)
            test("metadata of the route", function(t)
              t:expect(t:request { metadata = { who = "you" } }.headers["x-who"]):equals("you")
            end)
            test("answers of the script", function(t)
              local response = t:request { headers = { ["x-block"] = "1" } }.response
              t:expect(response.status):equals(403)
              t:expect(response.body):equals("NO")
            end)
            test("time and the shared store", function(t)
              t:expect(t:request().headers["x-seen"]):equals("1")
              t:advance(9000)
              t:expect(t:request().headers["x-seen"]):equals("2")
              t:advance(1000)
              local request = t:request()
              t:expect(request.headers["x-seen"]):equals("1")
              t:expect(request.headers["x-now"]):equals("1700000010000")
            end)
            test("errors that are expected", function(t)
              t:request { headers = { ["x-fail"] = "1" } }
              t:expect_error("filters/x.lua:17: attempt to call")
            end)
            """
        let outcomes = try await outcomes(tests)
        #expect(outcomes.count == 5)
        for outcome in outcomes { #expect(outcome.failure == nil, "\(outcome.name)") }
    }

    @Test("The report names what failed, and where")
    func report() async throws {
        let tests = """
            test("passes", function(t) t:expect(1):equals(1) end)
            test("differs", function(t)
              t:expect("b"):equals("a")
            end)
            test("lists", function(t) t:expect({ 1, "x" }):equals({}) end)
            test("a broken script", function(t) t:request { headers = { ["x-fail"] = "1" } } end)
            test("a broken test", function(t) t.nothing() end)
            test("a broken call", function(t)
              t:on_call(function() error("not today") end)
              t:request { headers = { ["x-call"] = "1" } }
            end)
            test("two answers", function(t)
              local request = t:request {}
              request:respond {}
              request:respond {}
            end)
            """
        #expect(
            ScriptTests.report(try await outcomes(tests)) == [
                "1..7",
                "ok 1 - passes",
                "not ok 2 - differs",
                "# expected \"a\", got \"b\" at filters/x.test.lua:3",
                "not ok 3 - lists",
                "# expected {}, got { 1, \"x\" } at filters/x.test.lua:5",
                "not ok 4 - a broken script",
                "# the script failed: filters/x.lua:17: attempt to call field 'nothing' (a nil value)",
                "not ok 5 - a broken test",
                "# attempt to call field 'nothing' (a nil value) at filters/x.test.lua:7",
                "not ok 6 - a broken call",
                "# not today at filters/x.test.lua:9",
                "not ok 7 - two answers",
                "# this request has its answer already at filters/x.test.lua:15",
            ])
    }

    @Test("Endless loops and hoarding end with the budget")
    func budget() async throws {
        let tests = """
            test("loops", function() while true do pcall(function() while true do end end) end end)
            test("hoards", function() local s = "x" while true do s = s .. s end end)
            test("lets the script loop", function(t) t:request {} end)
            """
        let loop = "function envoy_on_request() while true do end end"
        let failures = try await outcomes(tests, script: loop).map { $0.failure ?? "" }
        #expect(failures[0].contains("script stopped: it used up its processor budget"))
        #expect(failures[1].contains("memory"))
        #expect(failures[2].contains("the script failed: "))
    }

    @Test(
        "A file that is broken as a whole is named with the line",
        arguments: [
            ("x = = 1", "", "filters/x.lua:1: unexpected symbol near '='"),
            ("", "\nx = = 1", "filters/x.test.lua:2: unexpected symbol near '='"),
            ("", "test()", "filters/x.test.lua:1: test expects a name and a function"),
        ])
    func broken(script: String, tests: String, message: String) async throws {
        do {
            _ = try await outcomes(tests, script: script)
            Issue.record("nothing was said")
        } catch {
            #expect("\(error)" == message)
        }
    }
}
