/// `/help`: the commands as text.
enum HelpPage {
    static func text(_ commands: [AdminCommand]) -> String {
        var text = "admin commands are:\n"
        for command in commands {
            text += "  \(command.path)\(command.onlyMethod.map { " (\($0))" } ?? ""): \(command.help)\n"
            for parameter in command.parameters {
                let choices = parameter.choices.isEmpty ? "" : "; One of (\(parameter.choices.joined(separator: ", ")))"
                text += "      \(parameter.name): \(parameter.help)\(choices)\n"
            }
        }
        return text
    }
}
