import ApusAdmin
import ArgumentParser
import Glibc
import Logging

struct BookinfoDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bookinfo",
        abstract: "Run a page made by small services, each caller behind its own sidecar, to try Istio's rules on.",
        discussion: "The rules to try are in conf/bookinfo and conf/httpbin. Ends on Ctrl-C.")

    @Option(help: "The port of the page; 0 takes a free one.")
    var port: UInt16 = 9080

    @Option(help: "The port of the admin server, where rules are applied; 0 takes a free one.")
    var adminPort: UInt16 = 15000

    @Option(help: "The port of the client's sidecar, for requests by hand; 0 takes a free one.")
    var clientPort: UInt16 = 15001

    @Option(help: "A file or directory of rules to begin with; watched. May be given again.", completion: .file())
    var rules: [String] = []

    func run() async throws {
        let quiet = Logger(label: "apus.demo") { _ in SwiftLogNoOpLogHandler() }
        let signals = Signals([SIGINT, SIGTERM])
        let ports = Bookinfo.Ports(page: port, admin: adminPort, client: clientPort)
        let bookinfo: Bookinfo
        do {
            bookinfo = try await Bookinfo.start(ports: ports, rules: rules, log: quiet)
        } catch let refusal as RuleStore.Refusal {
            for finding in refusal.findings { StandardError.write("\(finding.diagnostic)") }
            if !refusal.message.isEmpty { StandardError.write(refusal.message) }
            throw ExitCode(1)
        } catch {
            // Each sidecar but the client's takes free ports.
            let isClient = "\(error)".contains(":\(clientPort)") && clientPort != 0
            throw isClient
                ? DemoFailure("\(error)\nchoose another port with --client-port")
                : DemoFailure(starting: error, adminPort: adminPort)
        }
        Screen.show(BookinfoGuide(bookinfo).text)
        for await _ in signals.stream { break }
        await bookinfo.stop()
    }
}
