import NIOCore

/// Runs the tests that lie beside a script, `NAME.test.lua` beside `NAME.lua`, and reports as the Test Anything Protocol
/// has it.
public struct ScriptTests: Sendable {
    /// The script's file, and its text.
    public var path: String
    public var text: String
    /// The tests, which fail by their file's name.
    public var testPath: String
    public var testText: String
    /// Where `require` looks.
    public var folders: [String]

    public init(path: String, text: String, testPath: String, testText: String, folders: [String]) {
        self.path = path
        self.text = text
        self.testPath = testPath
        self.testText = testText
        self.folders = folders
    }

    /// One test and what failed it.
    public struct Outcome: Sendable {
        public var name: String
        public var failure: String?
    }

    public struct Broken: Error, CustomStringConvertible {
        public let description: String
    }

    /// Where the tests of a script lie: `x.test.lua` for `x.lua`.
    public static func testPath(of path: String) -> String {
        "\(path.hasSuffix(".lua") ? String(path.dropLast(4)) : path).test.lua"
    }

    /// The folders of `require` when none are named: `lib` beside the script, and the script's own.
    public static func folders(beside path: String) -> [String] {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return ["\(folder)/lib", folder]
    }

    /// Runs them all. Throws what is wrong with one of the two files as a whole.
    public func run() async throws -> [Outcome] {
        try await ScriptBench.perform { loop in
            do {
                // First the script: what is wrong with it would fail every test.
                _ = try bench(on: loop)
                let state = try ScriptTestState(name: testName, text: testText, folders: folders)
                return try state.names().enumerated().map { position, name in
                    do {
                        try state.run(position + 1, on: bench(on: loop))
                        return Outcome(name: name)
                    } catch {
                        return Outcome(name: name, failure: placed("\(error)"))
                    }
                }
            } catch {
                throw Broken(
                    description: "\(error)".replacing("\(testName):", with: "\(testPath):", maxReplacements: 1))
            }
        }
    }

    private func bench(on loop: any EventLoop) throws -> ScriptBench {
        try ScriptBench(name: path, text: text, folders: folders, on: loop)
    }

    /// Lua cuts long names short; the last part of the path is enough to find the place by.
    private var testName: String { testPath.split(separator: "/").last.map(String.init) ?? testPath }

    /// `FILE:LINE: reason` as `reason at FILE:LINE`.
    private func placed(_ message: String) -> String {
        guard message.hasPrefix("\(testName):") else { return message }
        let rest = message.dropFirst(testName.utf8.count + 1)
        let line = rest.prefix { $0.isNumber }
        guard !line.isEmpty, rest.dropFirst(line.count).hasPrefix(": ") else { return message }
        return "\(rest.dropFirst(line.count + 2)) at \(testPath):\(line)"
    }

    /// The report's lines: `1..N`, then `ok 1 - name` or `not ok 1 - name` with what failed it behind `#`.
    public static func report(_ outcomes: [Outcome]) -> [String] {
        var lines = ["1..\(outcomes.count)"]
        for (index, outcome) in outcomes.enumerated() {
            lines.append("\(outcome.failure == nil ? "ok" : "not ok") \(index + 1) - \(outcome.name)")
            if let failure = outcome.failure {
                lines += failure.split(separator: "\n", omittingEmptySubsequences: false).map { "# \($0)" }
            }
        }
        return lines
    }
}
