import ApusConfig
import ArgumentParser

struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take rules away.",
        discussion: """
            For example: apus delete vs/reviews dr/reviews, apus delete vs reviews ratings, apus delete -f rules.yaml. The \
            exit status is 1 when one of them is not there.
            """)

    @Argument(help: "kind/name, or a kind and names.", completion: .list(KindName.completions))
    var resources: [String] = []

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: "Take away what these files declare: files, directories, or - for standard input.", completion: .file())
    var files: [String] = []

    @Option(
        name: [.customShort("n"), .long],
        help: "The namespace of names and documents that name none; the proxy's own without it.")
    var namespace: String?

    @Flag(help: "Only check, and say what would change.")
    var dryRun = false

    @OptionGroup var server: AdminOptions

    func validate() throws {
        if resources.isEmpty, files.isEmpty { throw ValidationError("Say what to delete: kind/name, or -f FILE.") }
    }

    func run() throws {
        let wanted = try named()
        let text = files.isEmpty ? nil : try RuleFiles.open(files)
        let namespace = try namespace ?? server.namespace()
        guard RuleReader.isNamespace(namespace) else { throw Self.failed("'\(namespace)' is no name of a namespace") }
        var names = wanted.map {
            RuleName(kind: $0.kind, namespace: $0.namespace ?? namespace, name: $0.name)
        }
        if let text { names += try Self.declared(text, namespace) }
        var known: Set<RuleName> = []
        var hasFailed = false
        for name in names where known.insert(name).inserted {
            let path = [name.kind.rawValue, name.namespace, name.name].map(\.queryEscaped).joined(separator: "/")
            do {
                let change = try server.ask("DELETE", "/rules/\(path)?dry_run=\(dryRun)").json
                Console.print(lines: Apply.lines([change], dryRun: dryRun))
            } catch is ExitCode {
                hasFailed = true
            }
        }
        if hasFailed { throw ExitCode(1) }
    }

    private func named() throws -> [(kind: RuleKind, namespace: String?, name: String)] {
        guard !resources.isEmpty else { return [] }
        let wanted: [NamedRules]
        do { wanted = try NamedRules.parse(resources) } catch { throw Self.failed("\(error)") }
        return try wanted.map { rule in
            guard let kind = rule.kind, let name = rule.name else {
                throw Self.failed("'\(resources.joined(separator: " "))' names no rule; write kind/name")
            }
            return (kind, rule.namespace, name)
        }
    }

    /// What files declare. A fault in them ends the command before anything is taken away.
    private static func declared(_ text: RuleFiles, _ namespace: String) throws -> [RuleName] {
        let reading = RuleReader.read(text: text.text, file: "", namespace: namespace)
        guard reading.errors.isEmpty else {
            for error in reading.errors { Console.tell(text.shown(error.diagnostic)) }
            throw ExitCode(1)
        }
        guard !reading.rules.isEmpty else { throw failed("there is no rule in the files") }
        return reading.rules.map(\.name)
    }

    private static func failed(_ message: String) -> ExitCode {
        Console.error(message)
        return ExitCode(1)
    }
}
