import ApusAdmin
import ApusConfig
import ApusProxy
import ArgumentParser
import Glibc

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration files and print every error with its place.",
        discussion:
            "Errors go to standard output, warnings to standard error. The exit status is 1 if there is an error.")

    @Argument(help: "Envoy bootstrap files and files of Istio documents, YAML or JSON.", completion: .file())
    var files: [String]

    func run() throws {
        var failed = false
        for path in files {
            let diagnostics = Self.check(path)
            for diagnostic in diagnostics {
                if diagnostic.severity == .error {
                    failed = true
                    print(diagnostic)
                } else {
                    StandardError.write(diagnostic.source.line > 0 ? "warning: \(diagnostic)" : "\(diagnostic)")
                }
            }
            if !diagnostics.contains(where: { $0.severity == .error }) { print("\(path): ok") }
        }
        if failed { throw ExitCode(1) }
    }

    /// What there is to say about a file of either kind.
    private static func check(_ path: String) -> [Diagnostic] {
        if let text = try? ConfigurationFile.read(path), let text = String(validating: text, as: UTF8.self),
            RuleReader.looksLikeRules(text)
        {
            return RuleCheck.diagnostics(of: text, file: path)
        }
        let result = ConfigurationFile(path: path).load()
        return result.diagnostics + Proxy.check(result)
    }
}
