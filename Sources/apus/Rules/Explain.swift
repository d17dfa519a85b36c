import ApusConfig
import ArgumentParser

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which route would take a request, and why none before it does. Nothing is sent.",
        discussion: "For example: apus explain GET http://reviews:9080/ -H 'end-user: jason'")

    @Argument(help: "The method; GET where only a URL is given.")
    var method: String

    @Argument(help: "Such as http://reviews:9080/path.")
    var url: String?

    @Option(name: [.customShort("H"), .customLong("header")], help: "A header, as name: value.")
    var headers: [String] = []

    @Option(help: "The listener, by its name or port; found out without it.")
    var listener: String?

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output = Output.text

    @OptionGroup var server: AdminOptions

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    func run() throws {
        var query = ["method=\((url == nil ? "GET" : method).queryEscaped)", "url=\((url ?? method).queryEscaped)"]
        query += headers.map { "header=\($0.queryEscaped)" }
        if let listener { query.append("listener=\(listener.queryEscaped)") }
        let answer = try server.ask("GET", "/explain?\(query.joined(separator: "&"))")
        if output == .json { return Console.print(answer.body, terminator: "") }
        Console.print(lines: Self.lines(answer.json))
    }

    // MARK: Words

    static func lines(_ explanation: ConfigValue) -> [String] {
        let request = explanation["request"]
        let listener = explanation["listener"]
        var rows = [
            ["listener", "\(listener?["name"]?.text ?? "") at \(listener?["address"]?.text ?? "")"]
        ]
        if let host = explanation["virtual_host"] {
            let domain = host["domain"]?.text ?? ""
            rows.append(["host", "\(host["name"]?.text ?? "") has \(request?["authority"]?.text ?? "") as \(domain)"])
        }
        for other in explanation["unheard"]?.list ?? [] {
            rows.append(["", "\(other.text ?? "") names this host, too, and is not heard: the older one counts"])
        }
        for passed in explanation["passed_over"]?.list ?? [] {
            let why = (passed["why"]?.list ?? []).compactMap(\.text).joined(separator: "; ")
            rows.append(["passed over", "\(place(passed)): \(why)"])
        }
        guard let route = explanation["route"] else {
            rows.append(["answer", explanation["answer"]?.text ?? ""])
            return Columns.lines(rows)
        }
        rows.append(["route", "\(place(explanation, name: route["name"]?.text)): \(RouteWords.match(route["match"]))"])
        rows.append(["to", RouteWords.target(route)])
        let policies = RouteWords.policies(route)
        if !policies.isEmpty { rows.append(["with", policies]) }
        for cluster in explanation["clusters"]?.list ?? [] {
            rows.append(["cluster", "\(cluster["name"]?.text ?? ""): \(state(cluster))"])
        }
        let scripts = (explanation["scripts"]?.list ?? []).compactMap(\.text)
        if !scripts.isEmpty {
            rows.append(["note", "scripts may change the request before: \(scripts.joined(separator: ", "))"])
        }
        return Columns.lines(rows)
    }

    /// `VirtualService/default/reviews line 12 (jason)`
    private static func place(_ object: ConfigValue, name: String? = nil) -> String {
        let name = name ?? object["name"]?.text ?? ""
        let line = object["line"]?.whole.map { " line \($0)" } ?? ""
        let document = object["document"]?.text.map { $0 + line }
        if let document { return document + (name.isEmpty ? "" : " (\(name))") }
        return name.isEmpty ? "a route without a name" : name
    }

    private static func state(_ cluster: ConfigValue) -> String {
        guard cluster["exists"] == .bool(true) else { return "there is no such cluster: 503" }
        if cluster["dynamic"] == .bool(true) { return "goes to the host that the request names" }
        let all = cluster["endpoints"]?.whole ?? 0
        let usable = cluster["usable"]?.whole ?? 0
        if all == 0 { return "no endpoints: 503" }
        return "\(usable) of \(all) endpoint\(all == 1 ? "" : "s") usable"
    }
}
