import Foundation
import Testing

@testable import ApusProxy

/// What scripts can call, used rightly and wrongly, through a running proxy. `Cases/driver.lua` says how cases are written;
/// the same files run in Envoy, from whose answers they were filled in.
@Suite("Every method of the handle API", .timeLimit(.minutes(2)))
struct LuaCasesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
    private static let files = ["headers", "handle", "body", "calls", "info", "crypto", "stats", "shared", "language"]

    @Test("Scripts see and do what they see and do in Envoy", arguments: files)
    func cases(_ file: String) async throws {
        let stage = try await Stage.start(Self.script(file))
        let cases = try await stage.cases()
        #expect(!cases.isEmpty)
        for one in cases {
            let seen = try await stage.run(one)
            #expect(try await stage.proxy.get("/last").body == one.gives, "\(one)")
            for text in one.shows { #expect(seen.contains(text), "\(one): \(seen)") }
            for text in one.hides { #expect(!seen.contains(text), "\(one): \(seen)") }
        }
        await stage.stop()
    }

    @Test("Every method has a case of right use and one of wrong use")
    func complete() async throws {
        var right: Set<String> = []
        var wrong: Set<String> = []
        for file in Self.files {
            let stage = try await Stage.start(Self.script(file))
            for one in try await stage.cases() {
                if one.isRight { right.insert(one.method) } else { wrong.insert(one.method) }
            }
            await stage.stop()
        }
        let all = Set(LuaMethod.allCases.map(Self.name))
        #expect(all.subtracting(right).sorted() == [])
        #expect(all.subtracting(wrong).sorted() == [])
    }

    @Test("The files are all there are")
    func known() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(found) == Set(Self.files.map { "\($0).lua" } + ["driver.lua"]))
    }

    /// As the cases call it: the steps of iterators are called as what makes them, and functions by their names.
    private static func name(_ method: LuaMethod) -> String {
        if let place = method.place { return "\(place.of.name):\(place.name)" }
        switch method {
        case .nextChunk: return "Handle:bodyChunks()"
        case .headersNext: return "Headers:__pairs()"
        case .metadataNext: return "Metadata:__pairs()"
        case .dynamicNext: return "DynamicMetadata:__pairs()"
        default: return "\(method)"
        }
    }

    private static func script(_ file: String) throws -> String {
        try ["driver", file].map {
            try String(contentsOf: folder.appending(path: "\($0).lua"), encoding: .utf8)
        }.joined(separator: "\n")
    }
}

/// A proxy with the cases of one file, and the upstreams that they speak to.
private struct Stage {
    let proxy: WireProxy
    private let upstream: WireUpstream

    static func start(_ script: String) async throws -> Stage {
        let upstream = try await WireUpstream.start { connection, _ in
            while true { try await answer(try await connection.readMessage(), on: connection) }
        }
        let text = WireProxy.configuration(
            routes: routes,
            clusters: [
                WireProxy.cluster("v1", upstream, trailers), WireProxy.cluster("calls", upstream, trailers),
                // Nobody listens at port 1.
                WireProxy.cluster("dead", "socket_address: { address: 127.0.0.1, port_value: 1 }"),
            ], manager: "http_protocol_options: { enable_trailers: true }", filters: WireProxy.lua(script)
        ).replacing("name: all,", with: "name: all, \(hostMetadata)")
        return Stage(proxy: try await WireProxy.start(text, workers: 1), upstream: upstream)
    }

    /// What the request asks for, in pieces that are told apart, or the request itself.
    private static func answer(_ request: WireMessage, on connection: WireConnection) async throws {
        let wanted = request.head.split(separator: "\r\n").first { $0.hasPrefix("x-answer: ") }?.dropFirst(10)
        if let wanted, let data = Data(base64Encoded: String(wanted)) {
            return try await connection.send(String(decoding: data, as: UTF8.self))
        }
        if request.path.hasPrefix("/slow") { try await Task.sleep(for: .milliseconds(300)) }
        let end = request.trailers.isEmpty ? "" : "\r\n\(request.trailers)"
        let body = request.startLine.hasPrefix("HEAD ") ? "" : request.head + request.body + end
        try await connection.send(
            "HTTP/1.1 200 OK\r\nx-up: 1\r\nx-two: a\r\nx-two: b\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    func cases() async throws -> [LuaCase] {
        try await proxy.get("/cases").body.split(separator: "\u{1e}").enumerated().compactMap {
            LuaCase($0.element, number: $0.offset + 1)
        }
    }

    /// Everything that the client sees.
    func run(_ one: LuaCase) async throws -> String {
        let client = try await proxy.connect()
        for (index, piece) in one.request.enumerated() {
            // Pieces that come together are one to the script.
            if index > 0 { try await Task.sleep(for: .milliseconds(30)) }
            try await client.send(piece)
        }
        let answer = try await client.readMessage()
        await client.close()
        return answer.head + answer.body + answer.trailers
    }

    func stop() async {
        await proxy.stop()
        await upstream.stop()
    }

    private static let trailers = """
        typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { "@type": \
        type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: { \
        http_protocol_options: { enable_trailers: true } } } },
        """
    private static let hostMetadata =
        "metadata: { filter_metadata: { envoy.filters.http.lua: { owner: hosts, tags: [a, b] } } },"
    private static let routes = """
        [{ name: other, match: { prefix: /other }, route: { cluster: v1 }, request_headers_to_add: [{ header: { key: \
        x-route, value: other } }] }, { name: main, match: { prefix: / }, route: { cluster: v1 }, metadata: { \
        filter_metadata: { envoy.filters.http.lua: { text: abc, number: 7, flag: true, list: [1, x], deep: { a: { b: c } } \
        } } }, typed_per_filter_config: { envoy.filters.http.lua: { "@type": \
        type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute, filter_context: { mode: strict, most: 3 } \
        } } }]
        """
}
