import ApusConfig
import ArgumentParser

struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take rules away.")

    @Argument(help: "kind/name, as virtualservice/reviews.")
    var resources: [String] = []

    @Option(
        name: [.customShort("f"), .customLong("filename")], help: "Take away what these files declare.",
        completion: .file())
    var files: [String] = []

    @Option(name: [.customShort("n"), .long], help: "The namespace of names and documents that name none.")
    var namespace = "default"

    @OptionGroup var server: AdminOptions

    func validate() throws {
        if resources.isEmpty, files.isEmpty { throw ValidationError("Say what to delete: kind/name, or -f FILE.") }
    }

    func run() throws {
        var names: [RuleName] = []
        for resource in resources {
            let (kind, name) = try Get.parse(resource)
            guard let kind, let name else { throw ValidationError("'\(resource)' names no rule; write kind/name.") }
            names.append(RuleName(kind: kind, namespace: namespace, name: name))
        }
        if !files.isEmpty {
            let text = try RuleFiles(files)
            names += RuleReader.read(text: text.text, file: "", namespace: namespace).rules.map(\.name)
        }
        var failed = false
        for name in names {
            do {
                _ = try server.ask("DELETE", "/rules/\(name)")
                print("\(name.kind.rawValue.lowercased())/\(name.name) deleted")
            } catch is ExitCode {
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }
}
