import ApusConfig
import ApusProxy
import ArgumentParser
import Foundation
import Logging
import Testing

@testable import ApusAdmin
@testable import apus

/// What a command has printed, and its exit status.
struct CommandResult: Sendable {
    var status: Int32
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map { String($0) } }
}

enum CommandFixture {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `apus` with these words. On a thread of its own, since commands wait.
    static func apus(_ words: [String]) async -> CommandResult {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let capture = Console.Capture()
                var status: Int32 = 0
                var message = ""
                Console.$capture.withValue(capture) {
                    do {
                        var command = try Apus.parseAsRoot(words)
                        try command.run()
                    } catch {
                        status = Apus.exitCode(for: error).rawValue
                        message = Apus.fullMessage(for: error)
                    }
                }
                continuation.resume(
                    returning: CommandResult(
                        status: status, output: capture.output, errors: capture.errors + message))
            }
        }
    }

    /// A folder that is gone afterwards.
    static func withFolder(_ test: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await test(path)
    }

    static func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// A proxy with its admin server and its store of rules, as `apus run` makes them.
struct RunningProxy {
    let store: RuleStore
    let admin: UInt16
    private let proxy: Proxy
    private let server: AdminServer

    static func run(
        bootstrap: String = "static_resources: {}", namespace: String = "default",
        _ test: (RunningProxy) async throws -> Void
    ) async throws {
        let base = ConfigurationLoader.load(text: bootstrap, file: "base.yaml", readFile: { _ in [] })
        try #require(base.errors.isEmpty, "\(base.errors)")
        var options = RuleStore.Options(base: base) { text, file in
            ConfigurationLoader.load(text: text, file: file, readFile: { _ in [] })
        }
        options.identity.outbound = .socket(host: "127.0.0.1", port: 0)
        options.identity.namespace = namespace
        options.log = CommandFixture.quiet
        let store = RuleStore(options)
        let proxy = try await Proxy.start(
            store.begin(),
            options: ProxyOptions(workers: 1, drainTime: .seconds(1), log: CommandFixture.quiet))
        await store.attach(proxy)
        let server = try await AdminServer.start(
            on: .socket(host: "127.0.0.1", port: 0), face: proxy, rules: store, log: CommandFixture.quiet)
        let running = RunningProxy(
            store: store, admin: UInt16(server.localAddress?.port ?? 0), proxy: proxy, server: server)
        do { try await test(running) } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    func stop() async {
        await store.stop()
        await server.stop()
        await proxy.stop()
    }

    func apus(_ words: String...) async -> CommandResult {
        await CommandFixture.apus(words + ["--admin", "127.0.0.1:\(admin)"])
    }
}
