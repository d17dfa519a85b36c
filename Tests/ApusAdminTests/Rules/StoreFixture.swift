import ApusConfig
import ApusProxy
import Foundation
import Logging
import Testing

@testable import ApusAdmin

/// Stores of rules for tests, with folders and documents.
enum StoreFixture {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let empty = LoadResult(bootstrap: Bootstrap(), diagnostics: [], document: .object([]))

    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func options(state: String? = nil, paths: [String] = []) -> RuleStore.Options {
        var options = RuleStore.Options(base: empty) { text, file in
            ConfigurationLoader.load(text: text, file: file, readFile: { _ in [] })
        }
        options.identity.outbound = .socket(host: "127.0.0.1", port: 0)
        options.stateDirectory = state
        options.paths = paths
        options.log = quiet
        return options
    }

    /// One that has begun and serves nobody.
    static func store(state: String? = nil, paths: [String] = []) async throws -> RuleStore {
        let store = RuleStore(options(state: state, paths: paths))
        _ = try await store.begin()
        return store
    }

    /// A VirtualService that answers by itself.
    static func rule(_ name: String, status: Int = 201, host: String? = nil) -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: \(name)}
        spec: {hosts: [\(host ?? name + ".example")], http: [{directResponse: {status: \(status)}}]}

        """
    }

    static func rules(_ text: String) throws -> [Rule] {
        let reading = RuleReader.read(text: text, file: "body")
        try #require(reading.errors.isEmpty, "\(reading.errors)")
        return reading.rules
    }

    static func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Names and statuses of the rules that stand, in their order: `a 201`.
    static func shown(_ standing: Standing) -> [String] {
        standing.rules.all.map { rule in
            guard case .virtualService(let service) = rule.spec else { return rule.name.name }
            return "\(rule.name.name) \(service.http.first?.directResponse?.status ?? 0)"
        }
    }

    static func eventually(within limit: Duration = .seconds(30), _ holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("it has not come about within \(limit)")
    }
}

extension RuleOutcome {
    var accepted: AcceptedChange? { if case .done(let accepted) = self { accepted } else { nil } }
    var revision: Int? { accepted?.revision }
    var findings: [RuleFinding] { if case .refused(let findings) = self { findings } else { [] } }
    var isConflict: Bool { if case .conflict = self { true } else { false } }
    var unknown: String? { if case .unknown(let reason) = self { reason } else { nil } }
}
