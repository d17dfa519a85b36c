import ApusConfig
import ApusProxy
import ArgumentParser

struct LuaRunOnce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a script for one request and print what it does.",
        discussion:
            "Its calls are answered 200 without a body. Errors go to standard error; the exit status is then 1.")

    @Argument(help: "The script.", completion: .file(extensions: ["lua"]))
    var file: String

    @Option(help: "The request's method and path.")
    var request = "GET /"

    @Option(name: [.customShort("H"), .long], help: "A header of the request, as 'name: value'; may be repeated.")
    var header: [String] = []

    @Option(help: "The request's body.")
    var body: String?

    @Option(help: "The filter_context, as JSON.")
    var context: String?

    @Option(help: "The status of the upstream's answer; without it, only the request is looked at.")
    var response: Int?

    @Option(help: "A header of the answer, as 'name: value'; may be repeated.")
    var responseHeader: [String] = []

    @Option(help: "The answer's body.")
    var responseBody: String?

    @OptionGroup
    var scripts: ScriptFolders

    func validate() throws {
        _ = try requestMessage()
        _ = try responseMessage()
        _ = try contextValue()
    }

    func run() async throws {
        let text: String
        do {
            text = try LuaTest.text(file)
        } catch {
            StandardError.write("\(error)")
            throw ExitCode(1)
        }
        let report = try await trial(text).run()
        for line in report.lines { print(line) }
        for error in report.errors { StandardError.write(error) }
        if !report.errors.isEmpty { throw ExitCode(1) }
    }

    func trial(_ text: String) throws -> ScriptTrial {
        ScriptTrial(
            path: file, text: text, folders: scripts.folders + ScriptTests.folders(beside: file),
            request: try requestMessage(), response: try responseMessage(), context: try contextValue())
    }

    private func requestMessage() throws -> ScriptMessage {
        let words = request.split(separator: " ")
        guard words.count == 2, words[1].hasPrefix("/") else {
            throw ValidationError("--request expects a method and a path, as 'GET /x'")
        }
        let fields = try header.map(Self.field)
        let host = fields.first { $0.name == "host" || $0.name == ":authority" }?.text ?? "localhost"
        var all = [
            ScriptMessage.Field(":method", String(words[0])), ScriptMessage.Field(":path", String(words[1])),
            ScriptMessage.Field(":authority", host),
        ]
        all += fields.filter { $0.name != "host" && $0.name != ":authority" }
        return ScriptMessage(all, chunks: body.map { [Array($0.utf8)] })
    }

    private func responseMessage() throws -> ScriptMessage? {
        guard let response else {
            guard responseHeader.isEmpty, responseBody == nil else {
                throw ValidationError("--response-header and --response-body need --response STATUS")
            }
            return nil
        }
        guard (200..<600).contains(response) else { throw ValidationError("--response expects 200 to 599") }
        return ScriptMessage(
            [ScriptMessage.Field(":status", "\(response)")] + (try responseHeader.map(Self.field)),
            chunks: responseBody.map { [Array($0.utf8)] })
    }

    private static func field(_ text: String) throws -> ScriptMessage.Field {
        guard let colon = text.dropFirst().firstIndex(of: ":") else {
            throw ValidationError("'\(text)' is no header; it must read 'name: value'")
        }
        let value = text[text.index(after: colon)...].drop { $0 == " " }
        return ScriptMessage.Field(String(text[..<colon]), String(value))
    }

    private func contextValue() throws -> ConfigValue? {
        guard let context else { return nil }
        guard let value = ConfigValue(text: context), case .object = value else {
            throw ValidationError("--context expects an object in JSON")
        }
        return value
    }
}
