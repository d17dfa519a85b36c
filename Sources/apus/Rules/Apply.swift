import ApusConfig
import ArgumentParser
import Glibc

struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply Istio documents to a running proxy, all or none.",
        discussion: "The exit status is 1 when something is refused, or when a watched change was taken back.")

    @Option(
        name: [.customShort("f"), .customLong("filename")], help: "A file, a directory, or - for standard input.",
        completion: .file())
    var files: [String]

    @Flag(help: "Only check, and say what would change.")
    var dryRun = false

    @Option(name: [.customShort("n"), .long], help: "The namespace of documents that name none.")
    var namespace: String?

    @Option(help: "How long to watch what the change does, such as 60s.")
    var watch: String?

    @Option(help: "When to go back by itself, such as 'error_rate > 2%' or 'p99 > 300ms'.")
    var abortIf: String?

    @OptionGroup var server: AdminOptions

    func run() throws {
        let text = try RuleFiles(files)
        var query = ["dry_run=\(dryRun)", "origin=apply"]
        if let namespace { query.append("namespace=\(namespace.queryEscaped)") }
        if let watch { query.append("watch=\(watch.queryEscaped)") }
        if let abortIf { query.append("abort_if=\(abortIf.queryEscaped)") }
        let answer = try server.ask("POST", "/rules?\(query.joined(separator: "&"))", body: text.text, text: text)
        for line in Self.lines(answer.json.list, dryRun: dryRun) { print(line) }
        if !dryRun, answer.headers["apus-stored"] == "memory" {
            print("kept in memory only: it is gone when the proxy stops (run it with --state DIR to keep it)")
        }
        if (watch ?? abortIf) != nil, !dryRun { try follow(answer.headers["apus-revision"] ?? "") }
    }

    /// `virtualservice/reviews configured`, then what it means and warnings.
    static func lines(_ changes: [ConfigValue], dryRun: Bool) -> [String] {
        changes.flatMap { change in
            let parts = (change["resource"]?.text ?? "").split(separator: "/")
            let name = parts.count == 3 ? "\(parts[0].lowercased())/\(parts[2])" : parts.joined(separator: "/")
            let effects = (change["effects"]?.list ?? []).compactMap(\.text).map { "  \($0)" }
            let warnings = (change["warnings"]?.list ?? []).compactMap(\.text).map { "  warning: \($0)" }
            return ["\(name) \(change["change"]?.text ?? "")\(dryRun ? " (dry run)" : "")"] + effects + warnings
        }
    }

    private func follow(_ revision: String) throws {
        while true {
            sleep(1)
            guard let state = try server.ask("GET", "/rules/status").json["watch"],
                "\(state["revision"]?.whole ?? 0)" == revision
            else { return }
            switch state["state"]?.text {
            case "watching": continue
            case "passed":
                print("watched: \(state["answers"]?.whole ?? 0) answers, nothing wrong; the change stays")
                return
            default:
                StandardError.write("\(state["state"]?.text ?? ""): \(state["reason"]?.text ?? "")")
                throw ExitCode(1)
            }
        }
    }
}
