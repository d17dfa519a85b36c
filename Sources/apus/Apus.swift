import ApusProxy
import ArgumentParser

@main
struct Apus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "A sidecar proxy that speaks Envoy's configuration.",
        discussion: "Routes, splits, mirrors, injects faults, times out, retries and breaks circuits for one service.",
        version: Version.text,
        subcommands: [
            Run.self, Validate.self, Apply.self, Get.self, Delete.self, Diff.self, Rollback.self, History.self,
            Routes.self, Explain.self, Top.self,
            LuaCommand.self, DemoCommand.self, ShowVersion.self,
        ])
}

struct ShowVersion: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { print("apus \(Version.text)") }
}
