import Foundation
import Testing

@testable import ApusProxy

@Suite("Modules that scripts require", .timeLimit(.minutes(1)))
struct ModuleReloadTests {
    @Test("A changed module runs in the scripts that required it; a broken one leaves the old in force")
    func change() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let module = folder.appending(path: "words.lua")
        func write(_ text: String) throws { try text.write(to: module, atomically: true, encoding: .utf8) }
        try write("return { word = 'first' }")
        let upstream = try await WireUpstream.answering("v1")
        let proxy = try await WireProxy.start(
            WireProxy.configuration(
                clusters: [WireProxy.cluster("v1", upstream)],
                filters: WireProxy.lua(
                    "local words = require('words') function envoy_on_response(h) h:headers():add('x-word', words.word) end",
                    more: "apus: { script_folders: ['\(folder.path)'] },")), workers: 1)
        func word() async throws -> String? { try await proxy.get()["x-word"] }
        #expect(try await word() == "first")
        try write("return { word = 'second one' }")
        try await proxy.eventually("the new module runs") { try await word() == "second one" }
        try write("return { word = ")
        try await proxy.eventually("the broken one is refused") {
            await proxy.stat("http.test.lua.reload_failures") == 1
        }
        #expect(try await word() == "second one")
        #expect(await proxy.stat("http.test.lua.reloads") == 1)
        await proxy.stop()
        await upstream.stop()
    }
}
