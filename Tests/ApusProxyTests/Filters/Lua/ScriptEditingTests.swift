import ApusConfig
import Atomics
import Foundation
import NIOConcurrencyHelpers
import Testing

@testable import ApusProxy

@Suite("Scripts edited while requests pass", .serialized, .timeLimit(.minutes(3)))
struct ScriptEditingTests {
    @Test("A file that is written anew serves new requests on every worker, and no request fails")
    func edited() async throws {
        let bench = try await EditingBench.start()
        let traffic = bench.traffic(clients: 6)
        for version in ["2", "3"] {
            try bench.write(version)
            try await bench.eventuallyServes(version)
            try await bench.serves(version)
        }
        let seen = try await traffic.end()
        #expect(Set(seen) == ["1", "2", "3"])
        #expect(await bench.proxy.stat("http.test.lua.reloads") == 2)
        #expect(await bench.proxy.stat("http.test.lua.reload_failures") == 0)
        await bench.stop()
    }

    @Test("A broken file is told once and the text before stays, until the file is right again")
    func broken() async throws {
        let bench = try await EditingBench.start()
        try bench.write(text: "function envoy_on_request(handle)\n  handle:headers(:\nend\n")
        try await bench.proxy.eventually("the failure is counted") {
            await bench.proxy.stat("http.test.lua.reload_failures") == 1
        }
        // Touched: the same text again.
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: bench.file)
        try await Task.sleep(for: ScriptFiles.interval * 5)
        #expect(await bench.proxy.stat("http.test.lua.reload_failures") == 1)
        try await bench.serves("1")
        try bench.write("2")
        try await bench.eventuallyServes("2")
        await bench.stop()
    }

    @Test("A file replaced by rename is found, and one that is away for a moment is no error")
    func renamed() async throws {
        let bench = try await EditingBench.start()
        let other = bench.folder + "/next.lua"
        try EditingBench.script("2").write(toFile: other, atomically: false, encoding: .utf8)
        try FileManager.default.removeItem(atPath: bench.file)
        let away = ContinuousClock.now
        try await Task.sleep(for: ScriptFiles.interval * 3)
        #expect(rename(other, bench.file) == 0)
        // A machine that is too busy makes a long moment of it.
        let wasShort = ContinuousClock.now - away < ScriptFiles.interval * (FileWatch.patience - 4)
        try await bench.eventuallyServes("2")
        if wasShort { #expect(await bench.proxy.stat("http.test.lua.reload_failures") == 0) }
        await bench.stop()
    }

    @Test("A file that stays away is told once")
    func missing() async throws {
        let bench = try await EditingBench.start()
        try FileManager.default.removeItem(atPath: bench.file)
        try await bench.proxy.eventually("the failure is counted", within: .seconds(20)) {
            await bench.proxy.stat("http.test.lua.reload_failures") == 1
        }
        try await bench.serves("1")
        try bench.write("2")
        try await bench.eventuallyServes("2")
        #expect(await bench.proxy.stat("http.test.lua.reload_failures") == 1)
        await bench.stop()
    }

    @Test("A link that is put elsewhere, as a mounted ConfigMap's, is a change")
    func linked() async throws {
        let folder = try EditingBench.newFolder()
        let files = FileManager.default
        for version in ["1", "2"] {
            try files.createDirectory(atPath: "\(folder)/..\(version)", withIntermediateDirectories: false)
            try EditingBench.script(version)
                .write(toFile: "\(folder)/..\(version)/filter.lua", atomically: false, encoding: .utf8)
        }
        try files.createSymbolicLink(atPath: "\(folder)/..data", withDestinationPath: "..1")
        try files.createSymbolicLink(atPath: "\(folder)/filter.lua", withDestinationPath: "..data/filter.lua")
        let bench = try await EditingBench.start(in: folder)
        try await bench.serves("1")
        let traffic = bench.traffic(clients: 2)
        try files.createSymbolicLink(atPath: "\(folder)/..new", withDestinationPath: "..2")
        #expect(rename("\(folder)/..new", "\(folder)/..data") == 0)
        try await bench.eventuallyServes("2")
        #expect(Set(try await traffic.end()) == ["1", "2"])
        await bench.stop()
    }

    @Test("A request under way ends with the text with which it began")
    func underWay() async throws {
        let bench = try await EditingBench.start()
        let client = try await bench.proxy.connect()
        try await client.send("GET /slow HTTP/1.1\r\nhost: test\r\n\r\n")
        try await bench.proxy.eventually("it is at the service") { bench.arrivals.load(ordering: .relaxed) == 1 }
        let change = await bench.proxy.proxy.replaceScript(
            bench.file, with: EditingBench.script("2"), dryRun: false)
        #expect(change == .done(hash: ScriptReading.hash(EditingBench.script("2"))))
        try await bench.serves("2")
        bench.go.store(true, ordering: .relaxed)
        let answer = try await client.readMessage()
        #expect(answer["x-asked"] == "1")
        #expect(answer["x-version"] == "1")
        await client.close()
        try await bench.proxy.eventually("the old state is gone") {
            await bench.proxy.proxy.scriptReadings().first?.states ?? 9 <= 2
        }
        await bench.stop()
    }

    @Test("A text put by hand serves the next request, is checked first, and can be taken back")
    func byHand() async throws {
        let bench = try await EditingBench.start()
        let proxy = bench.proxy.proxy
        try await bench.serves("1")
        #expect(await proxy.rollBackScript(bench.file) == .nothingBefore)
        #expect(await proxy.replaceScript("nobody", with: "", dryRun: false) == .unknown)
        for (dryRun, expected) in [(true, "1"), (false, "2")] {
            let change = await proxy.replaceScript(bench.file, with: EditingBench.script("2"), dryRun: dryRun)
            #expect(change == .done(hash: ScriptReading.hash(EditingBench.script("2"))))
            try await bench.serves(expected)
        }
        let bad = await proxy.replaceScript(bench.file, with: "x = 1\ny = = 2\n", dryRun: false)
        guard case .refused(let fault) = bad else {
            Issue.record("accepted")
            return
        }
        #expect(fault.file == bench.file)
        #expect(fault.line == 2)
        #expect(fault.message == "unexpected symbol near '='")
        try await bench.serves("2")
        #expect(await proxy.rollBackScript(bench.file) == .done(hash: ScriptReading.hash(EditingBench.script("1"))))
        try await bench.serves("1")
        await bench.stop()
    }

    @Test("A reload takes up what the file says then, or nothing at all; an edit stays while its file says the same")
    func reloaded() async throws {
        let bench = try await EditingBench.start()
        let proxy = bench.proxy.proxy
        _ = await proxy.replaceScript(bench.file, with: EditingBench.script("by hand"), dryRun: false)
        try await proxy.replace(with: bench.load())
        try await bench.serves("by hand")
        try bench.write("2")
        try await proxy.replace(with: bench.load())
        try await bench.serves("2")
        try bench.write(text: "nonsense nonsense")
        await #expect(throws: Proxy.Refusal.self) { try await proxy.replace(with: bench.load()) }
        try await bench.serves("2")
        await bench.stop()
    }

    @Test("Texts that come every 50 ms under load fail no request and leave no memory behind")
    func storm() async throws {
        let bench = try await EditingBench.start()
        let proxy = bench.proxy.proxy
        try await bench.serves("1")
        let before = try #require(await proxy.scriptReadings().first)
        let traffic = bench.traffic(clients: 8, bodies: true)
        for round in 0..<60 {
            let change = await proxy.replaceScript(
                bench.file, with: EditingBench.script("\(round % 7)"), dryRun: false)
            if case .done = change {} else { Issue.record("\(change)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        _ = await proxy.replaceScript(bench.file, with: EditingBench.script("1"), dryRun: false)
        let seen = try await traffic.end()
        #expect(Set(seen).isSubset(of: ["0", "1", "2", "3", "4", "5", "6"]))
        #expect(seen.count > 100)
        #expect(await bench.proxy.stat("http.test.lua.errors") == 0)
        try await bench.serves("1")
        try await bench.proxy.eventually("states and memory are as before") {
            let after = await proxy.scriptReadings().first
            let waiting = await bench.proxy.stat("http.test.lua.waiting")
            return after.map { $0.states == before.states && $0.memoryBytes < before.memoryBytes * 2 } == true
                && waiting == 0
        }
        #expect(await proxy.scriptReadings().first?.previousVersions ?? 99 < 10)
        await bench.stop()
    }
}

/// A proxy whose script, in a file, marks requests and answers with its version.
struct EditingBench {
    let proxy: WireProxy
    let upstream: WireUpstream
    let folder: String
    /// Requests for `/slow` that have come, and whether they may be answered.
    let arrivals: ManagedAtomic<Int>
    let go: ManagedAtomic<Bool>
    var file: String { Self.file(folder) }

    static func file(_ folder: String) -> String { "\(folder)/filter.lua" }

    static func newFolder() throws -> String {
        let folder = "\(NSTemporaryDirectory())/apus-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        return folder
    }

    static func script(_ version: String) -> String {
        """
        local version = "\(version)"
        function envoy_on_request(handle)
          handle:headers():add("x-asked", version)
          if handle:headers():get("content-length") then handle:body() end
        end
        function envoy_on_response(handle)
          handle:headers():add("x-version", version)
        end
        """
    }

    static func start(in given: String? = nil) async throws -> EditingBench {
        let folder = try given ?? newFolder()
        if given == nil { try script("1").write(toFile: file(folder), atomically: false, encoding: .utf8) }
        let arrivals = ManagedAtomic(0)
        let go = ManagedAtomic(false)
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                if request.path == "/slow" {
                    arrivals.wrappingIncrement(ordering: .relaxed)
                    while !go.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(5)) }
                }
                let asked = request["x-asked"] ?? "nothing"
                try await connection.send("HTTP/1.1 200 OK\r\nx-asked: \(asked)\r\ncontent-length: 0\r\n\r\n")
            }
        }
        let configuration = configuration(folder, upstream)
        return EditingBench(
            proxy: try await WireProxy.start(load(configuration)), upstream: upstream, folder: folder,
            arrivals: arrivals, go: go)
    }

    private static func configuration(_ folder: String, _ upstream: WireUpstream) -> String {
        WireProxy.configuration(
            clusters: [WireProxy.cluster("v1", upstream)], filters: WireProxy.lua(source: "filename: \(file(folder))"))
    }

    private static func load(_ text: String) -> LoadResult {
        ConfigurationLoader.load(text: text, file: "test.yaml") { path in
            Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
    }

    func load() -> LoadResult { Self.load(Self.configuration(folder, upstream)) }

    func write(_ version: String) throws { try write(text: Self.script(version)) }

    /// In two steps, as some editors do.
    func write(text: String) throws {
        if !FileManager.default.fileExists(atPath: file) {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.truncate(atOffset: 0)
        let bytes = Data(text.utf8)
        try handle.write(contentsOf: bytes.prefix(bytes.count / 2))
        // Not a task's sleep, which other tests could make long.
        usleep(20_000)
        try handle.write(contentsOf: bytes.dropFirst(bytes.count / 2))
        try handle.close()
    }

    /// Several connections, so that each worker has some.
    func serves(_ version: String) async throws {
        for _ in 0..<24 {
            let answer = try await proxy.get()
            #expect(answer["x-version"] == version)
            #expect(answer["x-asked"] == version)
        }
    }

    func eventuallyServes(_ version: String) async throws {
        try await proxy.eventually("version \(version) serves") { try await proxy.get()["x-version"] == version }
    }

    func traffic(clients: Int, bodies: Bool = false) -> Traffic { Traffic(proxy, clients: clients, bodies: bodies) }

    func stop() async {
        await proxy.stop()
        await upstream.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Requests all the while on kept connections; each answer must be of one version from beginning to end.
final class Traffic: Sendable {
    private let isOver: ManagedAtomic<Bool>
    private let clients: [Task<[String], any Error>]

    init(_ proxy: WireProxy, clients: Int, bodies: Bool) {
        let isOver = ManagedAtomic(false)
        self.isOver = isOver
        self.clients = (0..<clients).map { number in
            Task {
                let client = try await proxy.connect()
                var seen: [String] = []
                while !isOver.load(ordering: .relaxed) {
                    if bodies, number % 2 == 0 {
                        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nfirst")
                        try await Task.sleep(for: .milliseconds(2))
                        try await client.send("later")
                    } else {
                        try await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
                    }
                    let answer = try await client.readMessage()
                    #expect(answer.status == 200)
                    #expect(answer["x-asked"] == answer["x-version"])
                    seen.append(answer["x-version"] ?? "nothing")
                    // Other tests run on the same few cores.
                    try await Task.sleep(for: .milliseconds(1))
                }
                await client.close()
                return seen
            }
        }
    }

    /// The versions of all answers.
    func end() async throws -> [String] {
        isOver.store(true, ordering: .relaxed)
        var seen: [String] = []
        for client in clients { seen += try await client.value }
        return seen
    }
}
