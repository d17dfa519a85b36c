import ApusConfig
import ArgumentParser
import Glibc

struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch the services: rates, success, times and mirrors, live.",
        discussion: "Ends with Ctrl-C.")

    @Option(help: "How often to look, such as 1s or 500ms.")
    var interval = "1s"

    @Option(name: [.customShort("c"), .long], help: "End after so many tables.")
    var count: Int?

    @OptionGroup var server: AdminOptions

    func validate() throws {
        guard let length = RuleDuration.parse(interval), length >= .milliseconds(100), length <= .seconds(3600)
        else { throw ValidationError("--interval '\(interval)' is no time between 100ms and 1h, such as 2s.") }
        if let count, count < 1 { throw ValidationError("--count is at least 1.") }
    }

    func run() throws {
        let wait = RuleDuration.parse(interval) ?? .seconds(1)
        let microseconds = wait.components.seconds * 1_000_000 + wait.components.attoseconds / 1_000_000_000_000
        let isTerminal = isatty(1) == 1
        var before = try server.json("GET", "/services")
        var shown = 0
        while count.map({ shown < $0 }) ?? true {
            usleep(UInt32(clamping: microseconds))
            let now = try server.json("GET", "/services")
            // The cursor goes home and what was there is cleared, so that the table seems to stand still.
            let lines = TopTable.lines(from: before, to: now)
            Console.print((isTerminal ? "\u{1B}[H\u{1B}[2J" : "") + lines.joined(separator: "\n"))
            if !isTerminal { Console.print("") }
            guard Console.hasReader else { return }
            before = now
            shown += 1
        }
    }
}
