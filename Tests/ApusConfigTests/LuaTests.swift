import Testing

@testable import ApusConfig

@Suite("A Lua filter") struct LuaTests {
    private static let type = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"
    private static let route = "- {match: {prefix: /}, route: {cluster: v1}}"

    private func result(
        _ settings: String, override: String? = nil, files: [String: String] = [:], variables: [String: String] = [:]
    ) -> LoadResult {
        let filter = "- {name: lua, typed_config: {\"@type\": \(Self.type), \(settings)}}"
        let perRoute = override.map { "typed_per_filter_config: {lua: {\"@type\": \(Self.type)PerRoute, \($0)}}" }
        let route = "- {match: {prefix: /}, route: {cluster: v1}, \(perRoute ?? "")}"
        return ConfigurationLoader.load(
            text: bootstrap(routes: perRoute == nil ? Self.route : route, filters: filter), file: "test.yaml",
            readVariable: { variables[$0].map { Array($0.utf8) } },
            readFile: { path in
                guard let text = files[path] else { throw NoSuchFile() }
                return Array(text.utf8)
            })
    }

    private func settings(
        _ settings: String, files: [String: String] = [:], variables: [String: String] = [:]
    ) throws -> LuaSettings {
        let result = result(settings, files: files, variables: variables)
        #expect(result.diagnostics.map(\.printed) == [])
        guard case .lua(let lua)? = result.manager?.httpFilters.first?.settings else { throw NotLua() }
        return lua
    }

    private func override(_ text: String) throws -> LuaOverride {
        let result = result("source_codes: {a: {inline_string: x = 1}}", override: text)
        #expect(result.diagnostics.map(\.printed) == [])
        guard case .lua(let lua)? = result.routes.first?.typedPerFilterConfig["lua"]?.setting else { throw NotLua() }
        return lua
    }

    private struct NotLua: Error {}

    private static let whole = LuaSettings(
        defaultSource: LuaSource(text: "x = 1", origin: "lua.default_source_code"),
        sources: [
            "a": LuaSource(text: "x = 2", origin: "lua.source_codes[\"a\"]"),
            "b": LuaSource(text: "x = 3", filename: "filters/b.lua", origin: "filters/b.lua"),
        ],
        statPrefix: "mine",
        clearRouteCache: false,
        limits: LuaLimits(
            instructions: 5, memoryBytes: 1_000_000, bodyBytes: 6, errorStatus: 500, scriptFolders: ["lib", "more"]))

    @Test(
        "has fields of both spellings",
        arguments: [
            """
            default_source_code: {inline_string: x = 1},
            source_codes: {a: {inline_bytes: eCA9IDI=}, b: {filename: filters/b.lua}},
            stat_prefix: mine, clear_route_cache: false,
            apus: {max_instructions: 5, max_memory_bytes: 1000000, max_body_bytes: 6, error_status: 500,
            script_folders: [lib, more]}
            """,
            """
            defaultSourceCode: {environmentVariable: SCRIPT},
            sourceCodes: {a: {inlineBytes: eCA9IDI=}, b: {filename: filters/b.lua}},
            statPrefix: mine, clearRouteCache: {value: false},
            apus: {maxInstructions: 5, maxMemoryBytes: 1e6, maxBodyBytes: "6", errorStatus: 500,
            scriptFolders: [lib, more]}
            """,
        ])
    func fields(text: String) throws {
        let line = text.split(separator: "\n").joined(separator: " ")
        let lua = try settings(line, files: ["filters/b.lua": "x = 3"], variables: ["SCRIPT": "x = 1"])
        #expect(lua == Self.whole)
        #expect(lua.defaultSource?.source.line == 12)
    }

    @Test("may have nothing at all, which is not the same as an empty script")
    func nothing() throws {
        let empty = try settings("")
        #expect(empty == LuaSettings())
        #expect(empty.limits.instructions == 10_000_000 && empty.limits.memoryBytes == 67_108_864)
        #expect(empty.limits.bodyBytes == nil && empty.limits.errorStatus == nil)
        #expect(try settings("inline_code: ''") == LuaSettings())
        let source = LuaSource(text: "", origin: "lua.default_source_code")
        #expect(try settings("default_source_code: {inline_string: ''}") == LuaSettings(defaultSource: source))
    }

    @Test(
        "has its script in inline_code, as it was before there were others", arguments: ["inline_code", "inlineCode"])
    func inlineCode(name: String) throws {
        let source = LuaSource(text: "x = 1", origin: "lua.inline_code")
        #expect(try settings("\(name): x = 1") == LuaSettings(defaultSource: source))
        #expect(result("\(name): x = 1, defaultSourceCode: {inline_string: ''}").errors.count == 1)
        let given = try settings("\(name): '', default_source_code: {inline_string: x = 2}")
        #expect(given.defaultSource?.text == "x = 2")
    }

    @Test("is set otherwise for a route")
    func overrides() throws {
        let context = ConfigValue.object([ConfigMember(name: "key", value: .number(7))])
        let own = LuaSource(text: "x = 2", origin: "lua.source_code")
        #expect(try override("") == .none(filterContext: nil))
        #expect(try override("filterContext: {key: 7}") == .none(filterContext: context))
        #expect(try override("disabled: true, filter_context: {key: 7}") == .disabled(filterContext: context))
        #expect(try override("name: a, filter_context: {}") == .named("a", filterContext: .object([])))
        #expect(try override("source_code: {inline_string: x = 2}") == .source(own, filterContext: nil))
        #expect(
            try override("sourceCode: {inlineString: x = 2}, filter_context: null") == .source(own, filterContext: nil))
    }

    @Test("takes a name that no script has, and runs nothing there")
    func unknownName() {
        let result = result("source_codes: {a: {inline_string: x = 1}}", override: "name: GLOBAL")
        #expect(result.errors.isEmpty)
        #expect(
            result.warnings.map(\.message) == [
                "the filter 'lua' has no 'GLOBAL' in its source_codes, so no script runs here"
            ])
    }

    @Test("names the line of a script's file that needs LuaJIT")
    func warnings() {
        let result = result("default_source_code: {filename: f.lua}", files: ["f.lua": "\n\nlocal ffi = require 'ffi'"])
        #expect(result.errors.isEmpty)
        #expect(
            result.warnings.map(\.message) == [
                "f.lua:3: 'ffi' belongs to LuaJIT and is not in Lua 5.4; use plain Lua instead"
            ])
    }
}
