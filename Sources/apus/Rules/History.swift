import ApusConfig
import ArgumentParser

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show every accepted change, the newest first, or one with all documents that stood after it.")

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "A revision: what it changed, and its documents as YAML.")
    var revision: Int?

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output = Output.text

    @OptionGroup var server: AdminOptions

    func run() throws {
        let answer = try server.json("GET", revision.map { "/revisions/\($0)" } ?? "/revisions")
        if output == .json { return Console.print(answer.indentedJSON, terminator: "") }
        guard revision != nil else { return Console.print(lines: Self.table(answer["revisions"]?.list ?? [])) }
        Console.print(Self.document(answer), terminator: "")
    }

    static func table(_ revisions: [ConfigValue]) -> [String] {
        let rows = revisions.map { revision in
            let changes = (revision["changes"]?.list ?? []).filter { $0["change"]?.text != "unchanged" }.map { change in
                "\(Apply.name(change["resource"]?.text ?? "")) \(change["change"]?.text ?? "")"
            }
            let shown =
                changes.prefix(3).joined(separator: ", ") + (changes.count > 3 ? ", and \(changes.count - 3) more" : "")
            return [
                "\(revision["revision"]?.whole ?? 0)", revision["time"]?.text ?? "", revision["origin"]?.text ?? "",
                shown,
            ]
        }
        return Columns.lines([["REVISION", "TIME", "ORIGIN", "CHANGES"]] + rows)
    }

    /// What was changed as comments, and the documents: all of it may be applied again.
    static func document(_ revision: ConfigValue) -> String {
        let head =
            "revision \(revision["revision"]?.whole ?? 0), \(revision["time"]?.text ?? ""), "
            + (revision["origin"]?.text ?? "")
        let lines = [head] + Apply.lines(revision["changes"]?.list ?? [], dryRun: false)
        let comments = lines.flatMap { $0.split(whereSeparator: \.isNewline) }.map { "# \($0)\n" }.joined()
        return comments + (revision["documents"]?.list ?? []).map { "---\n\($0.yaml)" }.joined()
    }
}
