/// `/`: every command with its parameters, as a form, except those that need a name in their path or a text as body.
enum HomePage {
    static func answer(_ commands: [AdminCommand]) -> AdminAnswer {
        let rows = commands.filter { $0.path != "/" && !$0.hasName && !$0.takesText }.map(row).joined()
        return AdminAnswer(
            contentType: "text/html; charset=UTF-8", body: page(rows),
            headers: [
                // Nothing is loaded from anywhere, and no other page may frame this one to have its buttons pressed.
                .init(
                    name: "content-security-policy",
                    value: "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"),
                .init(name: "x-frame-options", value: "DENY"),
            ])
    }

    private static func row(_ command: AdminCommand) -> String {
        let changes = command.access == .mutation
        let fields = command.parameters.enumerated().map { index, parameter in
            field(parameter, id: "\(command.path.dropFirst().map { $0.isLetter ? "\($0)" : "-" }.joined())-\(index)")
        }.joined()
        return """
            <form action="\(escape(String(command.path.dropFirst())))" method="\(changes ? "post" : "get")">
            <div class="head"><button\(changes ? " class=\"change\"" : "")>\(escape(command.path))</button>
            <span>\(escape(command.help))</span></div>
            \(fields)</form>

            """
    }

    private static func field(_ parameter: AdminCommand.Parameter, id: String) -> String {
        let name = escape(parameter.name)
        let input: String
        if parameter.isSwitch {
            input = "<input type=\"checkbox\" name=\"\(name)\" id=\"\(id)\">"
        } else if parameter.choices.isEmpty {
            input = "<input type=\"text\" name=\"\(name)\" id=\"\(id)\">"
        } else {
            let options = parameter.choices.map { "<option>\(escape($0))</option>" }.joined()
            input = "<select name=\"\(name)\" id=\"\(id)\">\(options)</select>"
        }
        return "<div class=\"field\"><label for=\"\(id)\">\(name)</label>\(input)"
            + "<span>\(escape(parameter.help))</span></div>\n"
    }

    private static func page(_ rows: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Apus admin</title>
        <style>
        :root { color-scheme: light dark; --line: #8884; --accent: #0a63a8; --change: #a8430a; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; margin: 0; }
        header p { margin: .25rem 0 1.5rem; opacity: .75; }
        form { border-top: 1px solid var(--line); padding: .6rem 0; }
        .head, .field { display: flex; gap: .75rem; align-items: baseline; }
        .field { margin: .3rem 0 0 1rem; }
        .field label { min-width: 9rem; font-family: ui-monospace, monospace; font-size: .85rem; }
        .field span { opacity: .7; font-size: .85rem; }
        button { font: .9rem ui-monospace, monospace; color: #fff; background: var(--accent); border: 0;
          border-radius: .3rem; padding: .25rem .6rem; cursor: pointer; }
        button.change { background: var(--change); }
        input[type=text] { width: 14rem; }
        </style>
        </head>
        <body>
        <header><h1>Apus admin</h1>
        <p>Blue reads. Orange changes the running proxy.</p></header>
        \(rows)</body>
        </html>

        """
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
