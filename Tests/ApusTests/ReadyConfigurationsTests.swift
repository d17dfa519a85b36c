import ApusConfig
import ApusProxy
import Foundation
import Logging
import Testing

@Suite("The ready configurations in conf/")
struct ReadyConfigurationsTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../conf")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    @Test("There are some")
    func some() { #expect(Self.names.count >= 11) }

    @Test("Each says on its first line what it shows", arguments: names)
    func firstLine(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first)
        #expect(first.hasPrefix("# "))
        #expect(first.count > 40)
    }

    @Test("Each is accepted without a word", arguments: names)
    func accepted(name: String) throws {
        let loaded = try Self.load(name)
        #expect(loaded.diagnostics.isEmpty)
        #expect(Proxy.check(loaded).isEmpty)
    }

    @Test("Each runs", arguments: names)
    func runs(name: String) async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let proxy = try await Proxy.start(Self.load(name), options: ProxyOptions(workers: 1, log: quiet))
        #expect(await proxy.addresses.isEmpty == false)
        await proxy.stop()
    }

    /// With any free port in the place of the listeners' own.
    private static func load(_ name: String) throws -> LoadResult {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            .replacing("port_value: 10000", with: "port_value: 0").replacing("port_value: 10001", with: "port_value: 0")
        return ConfigurationLoader.load(text: text, file: name) { _ in [] }
    }
}
