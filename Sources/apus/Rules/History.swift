import ApusConfig
import ArgumentParser

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show every accepted change, the newest first.")

    @OptionGroup var server: AdminOptions

    func run() throws {
        let answer = try server.ask("GET", "/revisions").json
        for line in Self.table(answer["revisions"]?.list ?? []) { print(line) }
    }

    static func table(_ revisions: [ConfigValue]) -> [String] {
        let rows = revisions.map { revision in
            let changes = (revision["changes"]?.list ?? []).map { change in
                "\(change["resource"]?.text ?? "") \(change["change"]?.text ?? "")"
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
}

struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put what stood after an earlier revision in force again.")

    @Argument(help: "The revision; the one before the newest without it.")
    var revision: Int?

    @Flag(help: "Only check, and say what would change.")
    var dryRun = false

    @OptionGroup var server: AdminOptions

    func run() throws {
        var target = revision
        if target == nil {
            let all = try server.ask("GET", "/revisions").json["revisions"]?.list ?? []
            target = all.dropFirst().first?["revision"]?.whole
        }
        guard let target else {
            StandardError.write("error: there is no earlier revision")
            throw ExitCode(1)
        }
        let answer = try server.ask("POST", "/revisions/\(target)/rollback?dry_run=\(dryRun)")
        let lines = Apply.lines(answer.json.list, dryRun: dryRun)
        for line in lines { print(line) }
        if lines.isEmpty { print("nothing differs from revision \(target)") }
    }
}
