import ApusConfig
import ApusProxy
import ArgumentParser
import Testing

@testable import apus

@Suite("apus lua run: one request through a script")
struct LuaRunOnceTests {
    private func report(_ script: String, _ arguments: String...) async throws -> ScriptTrial.Report {
        try await LuaRunOnce.parse(["x.lua"] + arguments).trial(script).run()
    }

    @Test("Shows calls, logs and what changed of the request and the answer")
    func shows() async throws {
        let script = """
            function envoy_on_request(handle)
              handle:headers():remove("x-old")
              handle:headers():add("x-new", handle:filterContext():get("n"))
              handle:logInfo("hello")
              handle:httpCall("auth", { [":method"] = "GET", [":path"] = "/a", [":authority"] = "b" }, "", 5)
              handle:body():setBytes("other")
            end
            function envoy_on_response(handle) handle:headers():replace("x-a", "2") end
            """
        let report = try await report(
            script, "--request", "POST /x", "-H", "x-old: 1", "--body", "text", "--context", "{\"n\": 2}",
            "--response", "200", "--response-header", "x-a: 1", "--response-body", "hi")
        #expect(
            report.lines == [
                "log info: hello",
                "call auth: GET b/a",
                "request",
                "  - x-old: 1",
                "  + x-new: 2",
                "  + content-length: 5",
                "  - body: text",
                "  + body: other",
                "response",
                "  - x-a: 1",
                "  + x-a: 2",
            ])
        #expect(report.errors.isEmpty)
    }

    @Test("Shows an answer of the script's own")
    func answers() async throws {
        let script = "function envoy_on_request(h) h:respond({ [':status'] = '403', ['x-a'] = 'b' }, 'no') end"
        let report = try await report(script)
        #expect(report.lines.contains("answered by the script"))
        #expect(report.lines.contains("  :status: 403"))
        #expect(report.lines.contains("  x-a: b"))
        #expect(report.lines.last == "  body: no")
    }

    @Test("Tells errors with their place")
    func errors() async throws {
        #expect(try await report("x = = 1").errors == ["x.lua:1: unexpected symbol near '='"])
        let failing = try await report("function envoy_on_request(h)\n  error('oops')\nend")
        #expect(failing.errors == ["x.lua:2: oops"])
        #expect(failing.lines == ["request", "  unchanged"])
    }

    @Test(
        "Refuses arguments that mean nothing",
        arguments: [
            ["--request", "GET"], ["--request", "GET x"], ["-H", "novalue"], ["--context", "[1]"],
            ["--response", "99"], ["--response-body", "x"],
        ])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try LuaRunOnce.parse(["x.lua"] + arguments) }
    }
}

@Suite("apus validate: scripts")
struct ValidateScriptsTests {
    @Test("A script's syntax error is an error of the configuration, with the script's line")
    func syntax() {
        let text = """
            static_resources:
              listeners:
              - address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: validate_scripts
                      route_config: { virtual_hosts: [] }
                      http_filters:
                      - name: envoy.filters.http.lua
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                          default_source_code: { inline_string: "local x = 1\\nx = = 2" }
                      - name: envoy.filters.http.router
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
            """
        let loaded = ConfigurationLoader.load(
            text: text, file: "a.yaml", readFile: { _ in throw FileBytes.Unreadable(description: "") })
        #expect(loaded.diagnostics.filter { $0.severity == .error }.isEmpty)
        let problems = Proxy.check(loaded)
        #expect(problems.contains { $0.message.contains("script load error") && $0.message.contains(":2:") })
    }
}
