import ApusConfig
import ArgumentParser

/// Which proxy a command speaks to.
struct AdminOptions: ParsableArguments {
    @Option(help: "The admin address of the proxy.")
    var admin = "127.0.0.1:15000"

    /// The answer, if it is a good one; else what is wrong is printed and the command ends with status 1.
    func ask(
        _ method: String, _ target: String, body: String = "", headers: [String: String] = [:], text: RuleFiles? = nil
    ) throws -> AdminClient.Answer {
        let answer: AdminClient.Answer
        do {
            answer = try AdminClient(admin).send(method, target, body: body, headers: headers)
        } catch let failure as AdminClient.Failure {
            StandardError.write("error: \(failure)")
            throw ExitCode(1)
        }
        guard answer.status == 200 else {
            for line in Self.problems(answer, text) { StandardError.write("error: \(line)") }
            throw ExitCode(1)
        }
        return answer
    }

    /// What the server says is wrong, each place in the file it stands in.
    static func problems(_ answer: AdminClient.Answer, _ text: RuleFiles?) -> [String] {
        guard case .array(let errors)? = answer.json["errors"] else {
            return [answer.body.split(separator: "\n").first.map(String.init) ?? "status \(answer.status)"]
        }
        return errors.map { error in
            let message = error["message"]?.text ?? ""
            let path = error["path"]?.text ?? ""
            let named = path.isEmpty ? message : "\(path): \(message)"
            guard let line = error["line"]?.whole, line > 0, let place = text?.place(of: line) else { return named }
            return "\(place.file):\(place.line):\(error["column"]?.whole ?? 1): \(named)"
        }
    }
}

extension ConfigValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var whole: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
    var list: [ConfigValue] { if case .array(let elements) = self { elements } else { [] } }
}
