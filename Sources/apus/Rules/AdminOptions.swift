import ApusConfig
import ArgumentParser
import Glibc

/// Which proxy a command speaks to.
struct AdminOptions: ParsableArguments {
    static let variable = "APUS_ADMIN"

    @Option(
        help: "The admin address of the proxy. The environment variable \(AdminOptions.variable) sets the default.")
    var admin = AdminOptions.standard(getenv(AdminOptions.variable).map { String(cString: $0) })

    @Option(help: "How long to wait for an answer, such as 30s or 2m; 0 is without end.")
    var timeout = "30s"

    static func standard(_ variable: String?) -> String {
        variable.flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1:15000"
    }

    func validate() throws {
        if AdminAddress(admin) == nil {
            throw ValidationError("--admin '\(admin)' is not an address and port such as 127.0.0.1:15000.")
        }
        if limit == nil { throw ValidationError("--timeout '\(timeout)' is no time such as 30s.") }
    }

    /// nil: no time; zero: no limit.
    private var limit: Duration? {
        let parsed = RuleDuration.parse(timeout) ?? UInt32(timeout).map { .seconds(Int64($0)) }
        return parsed.flatMap { $0 >= .zero ? $0 : nil }
    }

    /// The answer, if it is a good one; else what is wrong is printed and the command ends with status 1.
    func ask(
        _ method: String, _ target: String, body: String = "", headers: [String: String] = [:], text: RuleFiles? = nil
    ) throws -> AdminClient.Answer {
        let answer: AdminClient.Answer
        do {
            let limit = limit.flatMap { $0 > .zero ? $0 : nil }
            answer = try AdminClient(admin, timeout: limit).send(method, target, body: body, headers: headers)
        } catch let failure as AdminClient.Failure {
            Console.error("\(failure)")
            if failure.isAfterSending, method != "GET", !target.contains("dry_run=true") {
                Console.tell("The change may be in force all the same; see apus history.")
            }
            throw ExitCode(1)
        }
        guard answer.status == 200 else {
            for line in Self.problems(answer, text) { Console.tell(line) }
            throw ExitCode(1)
        }
        return answer
    }

    /// The same for what is answered as JSON.
    func json(_ method: String, _ target: String) throws -> ConfigValue {
        let answer = try ask(method, target, headers: ["accept": "application/json"])
        guard let value = JSONText.read(answer.body) else {
            Console.error("what answers at \(admin) is no proxy's admin port: it sends no JSON for \(target)")
            throw ExitCode(1)
        }
        return value
    }

    /// The namespace of what names none.
    func namespace() throws -> String { try json("GET", "/rules/status")["namespace"]?.text ?? "default" }

    /// What the server says is wrong, each place in the file it stands in.
    static func problems(_ answer: AdminClient.Answer, _ text: RuleFiles?) -> [String] {
        guard case .array(let errors)? = answer.json["errors"] else {
            let line = answer.body.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
            return ["error: status \(answer.status)\(line)"]
        }
        return errors.map { error in
            let message = error["message"]?.text ?? ""
            let path = error["path"]?.text ?? ""
            let named = path.isEmpty ? message : "\(path): \(message)"
            let column = error["column"]?.whole ?? 1
            guard let line = error["line"]?.whole, line > 0 else { return "error: \(named)" }
            if let file = error["file"]?.text { return "\(file):\(line):\(column): \(named)" }
            guard let place = text?.place(of: line) else { return "error: \(named)" }
            return "\(place.file):\(place.line):\(column): \(named)"
        }
    }
}

extension ConfigValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    /// Also of a text: JSON of protobuf writes numbers of 64 bits so.
    var whole: Int? {
        switch self {
        case .number(let number): Int(exactly: number)
        case .string(let text): Int(text)
        default: nil
        }
    }
    var list: [ConfigValue] { if case .array(let elements) = self { elements } else { [] } }
}
