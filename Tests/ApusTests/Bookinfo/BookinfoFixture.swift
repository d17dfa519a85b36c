import ApusConfig
import Foundation
import Logging
import NIOHTTP1
import Testing

@testable import apus

/// A page and what a test looks at on it.
struct Page {
    let status: Int
    let text: String
    /// Seconds.
    let time: Double

    var hasReviews: Bool { text.contains("on the roof") && !text.contains(PageMarkup.noReviews) }
    var hasBlackStars: Bool { text.contains("class=\"stars black\"") }
    var hasRedStars: Bool { text.contains("class=\"stars red\"") }
    var hasStars: Bool { hasBlackStars || hasRedStars }
    var hasRatingsTrouble: Bool { text.contains(PageMarkup.noRatings) }
}

extension Bookinfo {
    private static let conf = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../conf")

    /// Runs the demonstration on free ports while a test uses it. `rules`: files of conf/.
    static func run(rules: [String] = [], _ test: (Bookinfo) async throws -> Void) async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let bookinfo = try await Bookinfo.start(rules: rules.map { conf.appending(path: $0).path }, log: quiet)
        do { try await test(bookinfo) } catch {
            await bookinfo.stop()
            throw error
        }
        await bookinfo.stop()
    }

    /// Applies a file of conf/ as its first lines say.
    func apply(_ names: String...) async throws {
        for name in names {
            let text = try String(contentsOf: Self.conf.appending(path: name), encoding: .utf8)
            let answer = try await post(text)
            #expect(answer.status == 200, "\(name): \(answer.body)")
            #expect(!answer.body.contains("IST0"), "\(name): \(answer.body)")
        }
    }

    func post(_ rules: String) async throws -> Fetched {
        try await SmallClient.send(
            .POST, "/rules", host: "localhost", body: rules, port: ports.admin, within: .seconds(30))
    }

    func page(_ user: String? = nil) async throws -> Page {
        let start = ContinuousClock.now
        let query = user.map { "?u=\($0)" } ?? ""
        let fetched = try await SmallClient.get(
            "/productpage\(query)", host: "localhost:\(ports.page)", port: ports.page, within: .seconds(40))
        return Page(status: fetched.status, text: fetched.body, time: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Through the client's sidecar.
    func httpbin(_ path: String) async throws -> Fetched {
        try await SmallClient.get(path, host: "httpbin:8000", port: ports.client, within: .seconds(30))
    }

    /// A counter of the client's sidecar.
    func count(_ name: String, subset: String) async throws -> Int {
        let cluster = "cluster.outbound|8000|\(subset)|httpbin.default.svc.cluster.local.\(name): "
        let admin = sidecars.last?.adminPort ?? 0
        let stats = try await SmallClient.get("/stats", host: "localhost", port: admin, within: .seconds(10))
        let line = stats.body.split(separator: "\n").first { $0.hasPrefix(cluster) }
        return try #require(line.flatMap { Int($0.dropFirst(cluster.count)) })
    }

    /// The numbers of a test's requests, a few at a time, and what each of them gave.
    static func repeated<Result: Sendable>(
        _ count: Int, atATime lanes: Int = 8, _ action: @escaping @Sendable () async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: [Result].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var results: [Result] = []
                    for _ in stride(from: lane, to: count, by: lanes) { results.append(try await action()) }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
