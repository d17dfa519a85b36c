import ApusProxy
import ArgumentParser

struct LuaTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests beside scripts: NAME.test.lua for NAME.lua.",
        discussion: "Prints a TAP report for each script. The exit status is 1 if a test fails or cannot be run.")

    @Argument(help: "Scripts; their tests lie beside them.", completion: .file(extensions: ["lua"]))
    var files: [String]

    @OptionGroup
    var scripts: ScriptFolders

    func run() async throws {
        var failed = false
        // A pattern of the shell's names the tests, too: those are run with what they test.
        for path in files where files.count == 1 || !path.hasSuffix(".test.lua") {
            let testPath = ScriptTests.testPath(of: path)
            do {
                let tests = ScriptTests(
                    path: path, text: try Self.text(path), testPath: testPath, testText: try Self.text(testPath),
                    folders: scripts.folders + ScriptTests.folders(beside: path))
                let outcomes = try await tests.run()
                if files.count > 1 { print("# \(path)") }
                for line in ScriptTests.report(outcomes) { print(line) }
                if outcomes.contains(where: { $0.failure != nil }) { failed = true }
            } catch {
                failed = true
                StandardError.write("\(error)")
            }
        }
        if failed { throw ExitCode(1) }
    }

    static func text(_ path: String) throws -> String {
        do {
            return String(decoding: try ConfigurationFile.read(path), as: UTF8.self)
        } catch {
            throw FileBytes.Unreadable(description: "\(path): \(error)")
        }
    }
}
