import ApusConfig
import ArgumentParser

struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put what stood after an earlier revision in force again.",
        discussion: "It becomes a revision of its own, so that a second rollback undoes the first.")

    @Argument(help: "The revision; the one before the newest without it.")
    var revision: Int?

    @Flag(help: "Only check, and say what would change.")
    var dryRun = false

    @OptionGroup var server: AdminOptions

    func run() throws {
        var headers: [String: String] = [:]
        let target: Int
        if let revision {
            target = revision
        } else {
            let all = try server.json("GET", "/revisions")["revisions"]?.list ?? []
            guard let newest = all.first?["revision"]?.whole, let before = all.dropFirst().first?["revision"]?.whole
            else {
                Console.error("there is no earlier revision to go back to")
                throw ExitCode(1)
            }
            target = before
            // Another change that comes meanwhile must not be undone unseen.
            headers["if-match"] = "\"\(newest)\""
        }
        let answer = try server.ask("POST", "/revisions/\(target)/rollback?dry_run=\(dryRun)", headers: headers)
        let lines = Apply.lines(answer.json.list, dryRun: dryRun)
        guard !lines.isEmpty else { return Console.print("nothing differs from revision \(target)") }
        Console.print(lines: lines)
        guard !dryRun else { return }
        Console.print(
            "the rules are again as after revision \(target); this is \(answer.headers["apus-revision"] ?? "")")
    }
}
