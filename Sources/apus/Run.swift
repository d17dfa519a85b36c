import ApusAdmin
import ApusConfig
import ApusProxy
import ArgumentParser
import Glibc
import Logging

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the proxy.",
        discussion: """
            SIGHUP reads the file again, all or nothing. SIGTERM and SIGINT let requests under way finish. SIGUSR1 opens \
            the access logs anew.
            """)

    @Option(
        name: [.customLong("config"), .customShort("c")], help: "An Envoy bootstrap file, YAML or JSON.",
        completion: .file())
    var config: String?

    @OptionGroup(title: "Istio's rules")
    var rules: RuleOptions

    @Option(help: "Event loops (default: one for each core).")
    var workers: Int?

    @Option(help: "trace, debug, info, warning or error.")
    var logLevel = "info"

    @Option(help: "text or json.")
    var logFormat = LogFormat.text

    @Option(help: "Seconds that requests under way may take when the proxy stops.")
    var drainTime = 10.0

    func validate() throws {
        if config == nil, rules.rules.isEmpty, rules.state == nil, rules.outbound == nil {
            throw ValidationError("Nothing to run: give --config FILE, --rules PATH, or both.")
        }
        if let workers, workers < 1 { throw ValidationError("--workers must be at least 1.") }
        if Logger.Level(rawValue: logLevel) == nil {
            throw ValidationError(
                "--log-level '\(logLevel)' is not one of trace, debug, info, notice, warning, error, critical.")
        }
        if !(drainTime >= 0 && drainTime < 86_400) {
            throw ValidationError("--drain-time must be between 0 and 86400 seconds.")
        }
    }

    func run() async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LogLevels.shared.set(level)
        let format = logFormat
        LoggingSystem.bootstrap { label in
            SubjectLogHandler(LogSubject(rawValue: label) ?? .main, next: LineLogHandler(format: format))
        }
        let log = Logger(label: "apus")
        let file = config.map { ConfigurationFile(path: $0) }
        let signals = Signals([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
        var base = file?.load() ?? LoadResult(bootstrap: Bootstrap(), diagnostics: [], document: .object([]))
        for warning in base.warnings { log.warning("\(warning)") }
        if let address = rules.adminAddress { base.bootstrap?.admin = Admin(address: address) }
        let store = RuleStore(rules.storeOptions(base: base, file: file, log: log))
        var options = ProxyOptions(
            workers: workers, drainTime: .milliseconds(Int(drainTime * 1000)), log: log, configPath: config ?? "",
            reload: { await store.reload() })
        options.onShutdown = { signals.raise(SIGTERM) }
        let proxy: Proxy
        var admin: AdminServer?
        do {
            let loaded = base.errors.isEmpty ? try await store.begin() : base
            proxy = try await Proxy.start(loaded, options: options)
            await store.attach(proxy)
            if let address = loaded.bootstrap?.admin?.address {
                do {
                    admin = try await AdminServer.start(on: address, face: proxy, rules: store, log: log)
                } catch {
                    await proxy.stop()
                    StandardError.write("admin: cannot listen on \(address): \(BindFailure.reason(error))")
                    throw ExitCode(1)
                }
            }
        } catch let exit as ExitCode {
            throw exit
        } catch let refusal as RuleStore.Refusal {
            for finding in refusal.findings { StandardError.write("\(finding.diagnostic)") }
            if !refusal.message.isEmpty { StandardError.write(refusal.message) }
            throw ExitCode(1)
        } catch {
            for line in "\(error)".split(separator: "\n") { StandardError.write(String(line)) }
            throw ExitCode(1)
        }
        for (name, address) in await proxy.addresses.sorted(by: { $0.key < $1.key }) {
            log.info("listening", metadata: ["listener": "\(name)", "address": "\(address)"])
        }
        loop: for await signal in signals.stream {
            switch signal {
            case SIGHUP: _ = await proxy.reload()
            case SIGUSR1: await proxy.reopenLogs()
            default: break loop
            }
        }
        await store.stop()
        log.info("stopping", metadata: ["drain_seconds": "\(drainTime)"])
        await proxy.drainAndStop()
        await admin?.stop()
    }
}
