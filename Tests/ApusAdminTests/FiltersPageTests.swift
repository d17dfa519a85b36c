import ApusConfig
import ApusProxy
import Logging
import Testing

@testable import ApusAdmin

@Suite struct FiltersPageTests {
    private static let lua = ScriptReading(
        name: "filters/lib.lua", filename: "filters/lib.lua", place: "filters/lib.lua", text: "x = 1\n",
        since: "2026-01-31T12:00:00.123Z", previousVersions: 2, counters: [("errors", 3)])

    @Test func scriptsAreListed() async {
        let answer = await AdminRouter(face: FakeProxy(scripts: [Self.lua])).get("/filters")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        for part in [
            #""name": "filters/lib.lua""#, #""file": "filters/lib.lua""#, #""since": "2026-01-31T12:00:00.123Z""#,
            #""sha256": "9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4""#, #""versions": 2"#,
            #""errors": 3"#, #""memory_bytes": 0"#,
        ] { #expect(answer.body.contains(part), "\(part)") }
    }

    @Test(arguments: ["/filters/filters/lib.lua", "/filters/filters%2Flib.lua", "/filters/filters%2flib%2Elua"])
    func aSourceIsFoundByItsNameHoweverSpelled(_ target: String) async {
        let router = AdminRouter(face: FakeProxy(scripts: [Self.lua]))
        #expect(await router.get(target) == AdminAnswer(body: "x = 1\n"))
        #expect(await router.get("/filters/other").status == 404)
        #expect(await router.get("/filters/").status == 404)
    }

    @Test func aSourceIsPut() async {
        let face = FakeProxy(change: .done(hash: "abc"))
        let router = AdminRouter(face: face)
        let answer = await router.put("/filters/a%20b/c", "y = 2 & dry_run=true")
        #expect(answer.status == 200)
        #expect(answer.body.contains(#""sha256": "abc""#))
        // curl calls every body a form.
        let form = [(name: "content-type", value: "application/x-www-form-urlencoded")]
        #expect(await router.put("/filters/a", "z&dry_run=true", headers: form).status == 200)
        #expect(await router.put("/filters/a?dry_run=true", "z").status == 200)
        #expect(await router.put("/filters/a?dry_run=perhaps", "z").status == 400)
        #expect(await router.put("/filters/a/rollback", "z").status == 200)
        #expect(
            face.told.scripts == [
                "a b/c: y = 2 & dry_run=true", "a: z&dry_run=true", "a: dry run", "a/rollback: z",
            ])
    }

    @Test func aBadSourceIsToldByPlace() async {
        let fault = ScriptFault(file: "f.lua", line: 3, message: "unexpected symbol near '='")
        let answer = await AdminRouter(face: FakeProxy(change: .refused(fault))).put("/filters/f.lua", "= =")
        #expect(answer.status == 400)
        #expect(answer.contentType == "application/json")
        for part in [#""errors": ["#, #""file": "f.lua""#, #""line": 3"#, #""message": "unexpected symbol near '='""#] {
            #expect(answer.body.contains(part), "\(part)")
        }
        let bytes = AdminRequest(method: "PUT", target: "/filters/f.lua", body: [0xff])
        #expect(await AdminRouter(face: FakeProxy()).answer(bytes).status == 400)
    }

    @Test func aScriptIsRolledBack() async {
        let face = FakeProxy(change: .done(hash: "abc"))
        #expect(await AdminRouter(face: face).post("/filters/filters/lib.lua/rollback").status == 200)
        #expect(face.told.scripts == ["filters/lib.lua: back"])
        #expect(await AdminRouter(face: FakeProxy(change: .nothingBefore)).post("/filters/f/rollback").status == 409)
        #expect(await AdminRouter(face: FakeProxy(change: .unknown)).post("/filters/f/rollback").status == 404)
    }

    @Test func changesAreGuardedAsOthers() async {
        let face = FakeProxy(scripts: [Self.lua], change: .done(hash: "abc"))
        let router = AdminRouter(face: face)
        let foreign = [(name: "origin", value: "http://evil.example"), (name: "host", value: "localhost")]
        #expect(await router.put("/filters/f", "x", headers: foreign).status == 403)
        #expect(await router.put("/filters/f", "x", headers: [(name: "host", value: "evil.example")]).status == 403)
        #expect(await router.post("/filters/f").body == "Method POST not allowed, GET or PUT required.")
        #expect(await router.put("/filters", "x").status == 405)
        #expect(await router.answer(AdminRequest(method: "DELETE", target: "/filters/f")).status == 405)
        #expect(face.told.scripts.isEmpty)
        let help = await router.get("/help").body
        #expect(help.contains("\n  /filters/{name} (PUT): ") && help.contains("\n  /filters/{name}/rollback (POST): "))
    }

    @Test func aRealProxyListsChangesAndTakesBack() async throws {
        let proxy = try await Proxy.start(
            ConfigurationLoader.load(text: Self.configuration, file: "test.yaml") { _ in [] },
            options: ProxyOptions(workers: 1, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let router = AdminRouter(face: proxy)
        let page = "/filters/envoy.filters.http.lua/lua.default_source_code"
        #expect(await router.get("/filters").body.contains(#""place": "lua.default_source_code""#))
        #expect(await router.get(page).body == "a = 1")
        // Another listener's filter of the same name has a text of its own.
        #expect(await router.get(page + "@2").body == "b = 1")
        #expect(await router.put(page, "function x(").status == 400)
        #expect(await router.put(page + "?dry_run=true", "a = 2").status == 200)
        #expect(await router.get(page).body == "a = 1")
        #expect(await router.put(page, "a = 2").status == 200)
        #expect(await router.get(page).body == "a = 2")
        #expect(await router.get(page + "@2").body == "b = 1")
        let list = await router.get("/filters").body
        #expect(list.contains(#""versions": 1"#) && list.contains(#""reloads": 1"#))
        #expect(list.contains(#""reload_failures": 1"#))
        #expect(await router.post(page + "/rollback").status == 200)
        #expect(await router.get(page).body == "a = 1")
        #expect(await router.post(page + "/rollback").status == 409)
        await proxy.stop()
    }

    private static let configuration: String = {
        func listener(_ name: String, _ text: String) -> String {
            let manager =
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
            return """
                    - name: \(name)
                      address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
                      filter_chains:
                        - filters:
                            - name: envoy.filters.network.http_connection_manager
                              typed_config:
                                "@type": \(manager)
                                stat_prefix: filters_page_\(name)
                                http_filters:
                                  - name: envoy.filters.http.lua
                                    typed_config:
                                      "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                                      default_source_code: { inline_string: "\(text)" }
                                  - name: envoy.filters.http.router
                                route_config: { virtual_hosts: [] }
                """
        }
        return "static_resources:\n  listeners:\n\(listener("one", "a = 1"))\n\(listener("two", "b = 1"))\n"
    }()
}
