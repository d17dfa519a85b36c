import ApusConfig
import ArgumentParser

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what applying files would change.",
        discussion:
            "The exit status is 0 when nothing would change, 1 when something would, 2 when that cannot be told.")

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: "A file, a directory, or - for standard input. May be given again.", completion: .file())
    var files: [String]

    @Option(
        name: [.customShort("n"), .long],
        help: "The namespace of documents that name none; the proxy's own without it.")
    var namespace: String?

    @OptionGroup var server: AdminOptions

    func run() throws {
        let changes: [ConfigValue]
        do { changes = try ask() } catch is ExitCode { throw ExitCode(2) }
        let changed = changes.filter { $0["change"]?.text != "unchanged" }
        Console.print(lines: Apply.lines(changed, dryRun: false))
        if !changed.isEmpty { throw ExitCode(1) }
    }

    private func ask() throws -> [ConfigValue] {
        let text = try RuleFiles.open(files)
        let query = namespace.map { "&namespace=\($0.queryEscaped)" } ?? ""
        return try Apply.changes(
            server.ask("POST", "/rules?dry_run=true\(query)", body: text.text, text: text), of: files)
    }
}
