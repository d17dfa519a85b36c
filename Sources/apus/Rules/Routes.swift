import ApusConfig
import ArgumentParser

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the routes in force, as people think of them.",
        discussion: """
            For example: apus routes, apus routes reviews, apus routes -o wide. Retries that every rule has without asking \
            for them are shown with -o wide.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, wide, json }

    @Argument(help: "Only those of this host, such as reviews or reviews.default:9080.")
    var host: String?

    @Option(name: [.customShort("o"), .long], help: "table, wide or json.")
    var output = Output.table

    @OptionGroup var server: AdminOptions

    func run() throws {
        let answer = try server.json("GET", "/config_dump?resource=static_listeners")
        let all = RouteRow.all((answer["configs"]?.list ?? []).compactMap { $0["listener"] })
        let rows = host.map { host in all.filter { $0.has(host) } } ?? all
        if rows.isEmpty, let host {
            let hosts = Set(all.map(\.host)).sorted()
            let known = hosts.prefix(10).joined(separator: ", ") + (hosts.count > 10 ? ", ..." : "")
            Console.error("no routes of host \(host)" + (hosts.isEmpty ? "" : "; there are \(known)"))
            throw ExitCode(1)
        }
        switch output {
        case .json: Console.print(ConfigValue.array(rows.map(\.json)).indentedJSON, terminator: "")
        case .table, .wide:
            guard !rows.isEmpty else { return Console.tell("no routes") }
            Console.print(lines: Self.table(rows, isWide: output == .wide))
        }
    }

    /// Columns of which no route has anything are left out.
    static func table(_ rows: [RouteRow], isWide: Bool) -> [String] {
        let hasListeners = isWide || Set(rows.map(\.listener)).count > 1
        var columns: [(head: String, cells: [String])] = []
        if hasListeners { columns.append(("LISTENER", rows.map(\.listener))) }
        if isWide { columns.append(("TABLE", rows.map(\.table))) }
        columns.append(("HOST", rows.map(\.host)))
        if isWide { columns.append(("DOMAINS", rows.map { $0.domains.joined(separator: ",") })) }
        columns.append(("MATCH", rows.map(\.match)))
        columns.append(("TO", rows.map(\.target)))
        columns.append(("REWRITE", rows.map { RouteWords.rewrite($0.route) }))
        columns.append(("MIRROR", rows.map(\.mirror)))
        columns.append(("FAULT", rows.map(\.fault)))
        columns.append(("TIMEOUT", rows.map { RouteWords.timeout($0.route) }))
        let retries = rows.map { row in
            !isWide && RouteWords.isStandard(row.retryPolicy) ? "" : RouteWords.retries(row.retryPolicy)
        }
        columns.append(("RETRIES", retries))
        columns.append(("FROM", rows.map(\.from)))
        if isWide { columns.append(("ROUTE", rows.map { $0.origin == nil ? "" : $0.route["name"]?.text ?? "" })) }
        let shown = columns.filter { column in column.cells.contains { !$0.isEmpty } }
        return Columns.lines([shown.map(\.head)] + rows.indices.map { row in shown.map { $0.cells[row] } })
    }
}
