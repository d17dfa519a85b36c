import ArgumentParser

/// The demonstrations. Each has options of its own: those of a command around it would be taken for that one's.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the proxy in front of small services of its own, to try things out.",
        subcommands: [Demo.self, BookinfoDemo.self], defaultSubcommand: Demo.self)
}
