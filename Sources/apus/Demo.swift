import ApusAdmin
import ApusProxy
import ArgumentParser
import Glibc
import Logging
import NIOCore

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Run the proxy in front of two small services of its own, to try things out.",
        discussion: """
            The configuration is conf/demo.yaml (a copy is built in). Ends on q, Ctrl-C, or as --once and --for say.
            """)

    @Option(
        name: [.customLong("config"), .customShort("c")], help: "Another file, with clusters on ports 9001 and 9002.",
        completion: .file())
    var config: String?

    @Option(help: "The port of the proxy; 0 takes a free one.")
    var port: UInt16 = 10000

    @Option(help: "The port of the admin server; 0 takes a free one.")
    var adminPort: UInt16 = 15000

    @Option(help: "Send so many requests at the start.")
    var requests = 0

    @Option(help: "Requests of its own in a second.")
    var rate = 50.0

    @Flag(help: "End when the requests are answered.")
    var once = false

    @Option(name: .customLong("for"), help: "End after so many seconds.")
    var seconds: Double?

    func validate() throws {
        if requests < 0 { throw ValidationError("--requests must not be negative.") }
        if !(rate > 0 && rate <= 10_000) { throw ValidationError("--rate must be between 0 and 10000 a second.") }
        if let seconds, !(seconds > 0 && seconds < 1_000_000) { throw ValidationError("--for must be above 0.") }
        if once, requests == 0 { throw ValidationError("--once needs --requests.") }
    }

    func run() async throws {
        let tally = DemoTally()
        let upstreams = try await DemoUpstream.startBoth(tally)
        let configuration = try DemoConfiguration(
            path: config, port: port, adminPort: adminPort, upstreams: upstreams.map(\.port))
        let quiet = Logger(label: "apus.demo") { _ in SwiftLogNoOpLogHandler() }
        let loaded = configuration.load()
        let proxy: Proxy
        var admin: AdminServer?
        do {
            proxy = try await Proxy.start(loaded, options: ProxyOptions(workers: 2, drainTime: .seconds(1), log: quiet))
            if let address = loaded.bootstrap?.admin?.address {
                admin = try await AdminServer.start(on: address, face: proxy, log: quiet)
            }
        } catch {
            throw DemoFailure(starting: error, adminPort: adminPort)
        }
        let given = await proxy.addresses.values.compactMap(\.port).min() ?? port
        let guide = DemoGuide(port: given, adminPort: admin?.localAddress?.port ?? 0, source: configuration.source)
        let show = DemoShow(tally: tally, guide: guide, port: given, rate: rate)
        await show.run(requests: requests, once: once, seconds: seconds)
        await proxy.drainAndStop()
        await admin?.stop()
        for upstream in upstreams { await upstream.stop() }
    }
}

/// Why the demonstration cannot start, and what to do about it.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(starting error: any Error, adminPort: UInt16) {
        if let failure = error as? IOError, failure.errnoCode == EADDRINUSE {
            description = "the admin port \(adminPort) is taken; choose another one with --admin-port"
        } else if "\(error)".contains("in use") {
            description = "\(error)\nchoose another port with --port"
        } else {
            description = "\(error)"
        }
    }
}
