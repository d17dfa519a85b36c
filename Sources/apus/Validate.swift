import ApusConfig
import ApusProxy
import ArgumentParser
import Glibc

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration files and print every error with its place.",
        discussion:
            "Errors go to standard output, warnings to standard error. The exit status is 1 if there is an error.")

    @Argument(help: "Envoy bootstrap files, YAML or JSON.", completion: .file())
    var files: [String]

    func run() throws {
        var failed = false
        for path in files {
            let result = ConfigurationFile(path: path).load()
            let diagnostics = result.diagnostics + Proxy.check(result)
            for diagnostic in diagnostics {
                if diagnostic.severity == .error {
                    failed = true
                    print(diagnostic)
                } else {
                    StandardError.write("\(diagnostic)")
                }
            }
            if !diagnostics.contains(where: { $0.severity == .error }) { print("\(path): ok") }
        }
        if failed { throw ExitCode(1) }
    }
}
