import ApusConfig
import Foundation
import NIOCore
import Testing

@testable import ApusProxy

@Suite struct AccessLogTests {
    private let path = "/tmp/apus-access-log-\(UInt64.random(in: 0...UInt64.max))"

    private func log(_ filter: AccessLogFilter? = nil, files: AccessLogFiles) throws -> CompiledAccessLog {
        let line = FormatString(
            text: "",
            pieces: [
                .operator(.requestHeader(name: ":path", alternative: nil), maxLength: nil), .literal(" "),
                .operator(.responseCode, maxLength: nil), .literal("\n"),
            ])
        let format = AccessLogFormat.custom(SubstitutionFormat(layout: .text(line)))
        return try CompiledAccessLog(AccessLog(filter: filter, sink: .file(path: path), format: format), files: files)
    }

    private func read() throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    /// Runs on the worker's loop, as exchanges do.
    private func onLoop(_ exchange: Exchange, _ body: @escaping (Exchange) -> Void) async throws {
        let loop = exchange.worker.loop
        nonisolated(unsafe) let exchange = exchange
        nonisolated(unsafe) let body = body
        try await loop.submit { body(exchange) }.get()
    }

    @Test func linesReachTheFileSoonWithoutAskingForThem() async throws {
        defer { unlink(path) }
        let files = AccessLogFiles()
        let log = try log(files: files)
        let exchange = makeExchange("GET", "/a")
        try await onLoop(exchange) { exchange in
            exchange.worker.tick()
            exchange.status = 200
            log.log(exchange)
            log.log(exchange)
        }
        for _ in 0..<100 {
            if try read() == "/a 200\n/a 200\n" { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("nothing was written")
    }

    @Test func aFullBufferIsHandedOverAtOnceAndTheRestAtShutdown() async throws {
        defer { unlink(path) }
        let files = AccessLogFiles()
        let log = try log(files: files)
        let exchange = makeExchange("GET", "/" + String(repeating: "x", count: 999))
        try await onLoop(exchange) { exchange in
            exchange.worker.tick()
            for _ in 0..<40 { log.log(exchange) }
            exchange.worker.flushAccessLogs()
        }
        await files.drain()
        #expect(try read().split(separator: "\n").count == 40)
    }

    @Test func aFileThatWasMovedAwayIsMadeAnew() async throws {
        defer { for file in [path, path + ".1"] { unlink(file) } }
        let files = AccessLogFiles()
        let log = try log(files: files)
        let exchange = makeExchange("GET", "/first")
        try await onLoop(exchange) { exchange in
            exchange.worker.tick()
            log.log(exchange)
            exchange.worker.flushAccessLogs()
        }
        await files.drain()
        rename(path, path + ".1")
        files.reopen()
        try await onLoop(exchange) { exchange in
            log.log(exchange)
            exchange.worker.flushAccessLogs()
        }
        await files.drain()
        #expect(try read() == "/first 0\n")
    }

    @Test func aPathThatCannotBeWrittenIsRefusedWithItsPlace() throws {
        let mark = SourceMark(file: "a.yaml", line: 3, column: 9)
        let log = AccessLog(sink: .file(path: "/nowhere/at/all.log"), source: mark)
        let refusal = #expect(throws: CompiledAccessLog.Refusal.self) { try CompiledAccessLog(log) }
        #expect(refusal?.source.line == 3)
        #expect(refusal?.message == "cannot write the access log '/nowhere/at/all.log': No such file or directory")
    }

    @Test func logsOfOnePathShareOneFile() throws {
        defer { unlink(path) }
        let files = AccessLogFiles()
        #expect(try files.file(path) === files.file(path))
    }
}
