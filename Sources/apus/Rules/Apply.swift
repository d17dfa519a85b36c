import ApusConfig
import ArgumentParser
import Glibc

struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply Istio documents to a running proxy, all or none.",
        discussion: """
            The exit status is 1 when something is refused, when a watched change was taken back, and when the watch was lost.
            """)

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: "A file, a directory, or - for standard input. May be given again.", completion: .file())
    var files: [String]

    @Flag(help: "Only check, and say what would change.")
    var dryRun = false

    @Option(
        name: [.customShort("n"), .long],
        help: "The namespace of documents that name none; the proxy's own without it.")
    var namespace: String?

    @Option(help: "How long to watch what the change does, such as 60s. Ctrl-C leaves the change as it is.")
    var watch: String?

    @Option(help: "When to go back by itself, such as 'error_rate > 2%' or 'p99 > 300ms'.")
    var abortIf: String?

    @OptionGroup var server: AdminOptions

    func run() throws {
        let text = try RuleFiles.open(files)
        var query = ["dry_run=\(dryRun)", "origin=apply"]
        if let namespace { query.append("namespace=\(namespace.queryEscaped)") }
        if let watch { query.append("watch=\(watch.queryEscaped)") }
        if let abortIf { query.append("abort_if=\(abortIf.queryEscaped)") }
        let answer = try server.ask("POST", "/rules?\(query.joined(separator: "&"))", body: text.text, text: text)
        let changes = try Self.changes(answer, of: files)
        Console.print(lines: Self.lines(changes, dryRun: dryRun))
        let isChange = changes.contains { $0["change"]?.text != "unchanged" }
        if !dryRun, isChange, answer.headers["apus-stored"] == "memory" {
            Console.print("kept in memory only: it is gone when the proxy stops (run it with --state DIR to keep it)")
        }
        guard (watch ?? abortIf) != nil, !dryRun else { return }
        guard isChange else { return Console.print("nothing has changed, so that there is nothing to watch") }
        try WatchedChange(server: server, revision: answer.headers["apus-revision"].flatMap { Int($0) } ?? 0).follow()
    }

    /// What an answer says of each document.
    static func changes(_ answer: AdminClient.Answer, of files: [String]) throws -> [ConfigValue] {
        guard case .array(let changes) = answer.json else {
            Console.error("what answers is no proxy's admin port: it sends no list of changes")
            throw ExitCode(1)
        }
        guard !changes.isEmpty else {
            Console.error("\(files.joined(separator: ", ")): no documents")
            throw ExitCode(1)
        }
        return changes
    }

    /// `virtualservice/reviews configured`, then what it means and warnings.
    static func lines(_ changes: [ConfigValue], dryRun: Bool) -> [String] {
        changes.flatMap { change in
            let effects = (change["effects"]?.list ?? []).compactMap(\.text).map { "  \($0)" }
            let warnings = (change["warnings"]?.list ?? []).compactMap(\.text).map { "  warning: \($0)" }
            let name = name(change["resource"]?.text ?? "")
            return ["\(name) \(change["change"]?.text ?? "")\(dryRun ? " (dry run)" : "")"] + effects + warnings
        }
    }

    /// `VirtualService/default/reviews` → `virtualservice/reviews`
    static func name(_ resource: String) -> String {
        let parts = resource.split(separator: "/")
        return parts.count == 3 ? "\(parts[0].lowercased())/\(parts[2])" : resource
    }
}

/// A change that the proxy watches, seen from outside.
struct WatchedChange {
    let server: AdminOptions
    let revision: Int

    enum State: Equatable {
        case watching
        case passed(String)
        case failed(String)
    }

    /// Waits for the end of the watch and says how it ended; any end but a good one ends the command with status 1.
    func follow() throws {
        while true {
            let status: ConfigValue
            do { status = try server.json("GET", "/rules/status") } catch is ExitCode {
                Console.tell("The watch of revision \(revision) is lost; whether the change stays, apus history says.")
                throw ExitCode(1)
            }
            switch state(status) {
            case .watching: pause()
            case .passed(let text): return Console.print(text)
            case .failed(let text):
                Console.tell(text)
                throw ExitCode(1)
            }
        }
    }

    /// What `/rules/status` says of this change.
    func state(_ status: ConfigValue) -> State {
        guard let watch = status["watch"], let watched = watch["revision"]?.whole else {
            return .failed(
                "watch lost: the proxy was started anew meanwhile, and its rules are those of revision "
                    + "\(status["revision"]?.whole ?? 0); see apus history")
        }
        guard watched == revision else {
            return .failed(
                "watch lost: revision \(watched) is watched now, and no longer \(revision); see apus history")
        }
        let reason = watch["reason"]?.text ?? ""
        switch watch["state"]?.text {
        case "watching": return .watching
        case "passed":
            return .passed("watched: \(watch["answers"]?.whole ?? 0) answers, nothing wrong; the change stays")
        case "rolled back": return .failed("rolled back: \(reason)")
        case "overtaken": return .failed("watch ended early: \(reason), and revision \(revision) is no longer watched")
        case "stuck": return .failed("not rolled back, although it should be: \(reason)")
        default: return .failed("\(watch["state"]?.text ?? "unknown state"): \(reason)")
        }
    }

    private func pause() { usleep(500_000) }
}
