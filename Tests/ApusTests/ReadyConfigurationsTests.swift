import ApusAdmin
import ApusConfig
import ApusProxy
import Foundation
import Logging
import Testing

@Suite("The ready configurations in conf/")
struct ReadyConfigurationsTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../conf")

    /// Those of subfolders, too.
    private static let all: [String] = {
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { $0.hasSuffix(".yaml") }.sorted()
    }()
    /// Bootstraps.
    static let names = all.filter { !isRules($0) }
    /// Istio's documents.
    static let rules = all.filter(isRules)

    private static func isRules(_ name: String) -> Bool {
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)).map(RuleReader.looksLikeRules) ?? false
    }

    @Test("There are some")
    func some() {
        #expect(Self.names.count >= 11)
        #expect(Self.rules.count >= 11)
    }

    @Test("Each says on its first line what it shows", arguments: all)
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

    @Test("Rules are accepted without a word", arguments: rules)
    func rulesAccepted(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        #expect(RuleCheck.diagnostics(of: text, file: name).isEmpty)
    }

    @Test("Those that are applied say how", arguments: rules.filter { $0.contains("/") })
    func saysHow(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        #expect(text.contains("--data-binary @conf/\(name) localhost:15000/rules\n"))
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
