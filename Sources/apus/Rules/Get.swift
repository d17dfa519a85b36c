import ApusConfig
import ArgumentParser

struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the rules in force.",
        discussion: """
            For example: apus get, apus get vs, apus get vs,dr -A, apus get vs/reviews -o yaml, apus get vs reviews ratings.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, wide, yaml, json, name }

    @Argument(
        help: "Kinds with commas between, or all; kind/name; or a kind and names. Everything without them.",
        completion: .list(KindName.completions))
    var resources: [String] = []

    @Option(name: [.customShort("o"), .long], help: "table, wide, yaml, json or name.")
    var output = Output.table

    @Option(name: [.customShort("n"), .long], help: "The namespace; the proxy's own without it.")
    var namespace: String?

    @Flag(name: [.customShort("A"), .long], help: "Rules of all namespaces.")
    var allNamespaces = false

    @OptionGroup var server: AdminOptions

    func run() throws {
        let wanted: [NamedRules]
        do { wanted = try NamedRules.parse(resources) } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
        let namespace = allNamespaces ? nil : try namespace ?? server.namespace()
        let all = try server.json("GET", "/rules")["items"]?.list ?? []
        var missing: [NamedRules] = []
        var items: [ConfigValue] = []
        for rules in wanted {
            let found = all.filter { item in rules.fits(item, in: namespace) && !items.contains(item) }
            if found.isEmpty, rules.name != nil { missing.append(rules) }
            items += found
        }
        show(items)
        for rules in missing {
            let place = (rules.namespace ?? namespace).map { " in namespace \($0)" } ?? ""
            Console.error("there is no \(rules.kind?.rawValue.lowercased() ?? "")/\(rules.name ?? "")\(place)")
        }
        if !missing.isEmpty { throw ExitCode(1) }
        if items.isEmpty {
            let others = all.count { item in wanted.contains { $0.fits(item, in: nil) } }
            let hint = others > 0 ? "; \(others) in others, which -A shows" : ""
            Console.tell("no rules found" + (namespace.map { " in namespace \($0)\(hint)" } ?? ""))
        }
    }

    private func show(_ items: [ConfigValue]) {
        switch output {
        case .yaml: Console.print(items.map(\.yaml).joined(separator: "---\n"), terminator: "")
        case .json:
            let list = ConfigValue.object([
                ConfigMember(name: "apiVersion", value: .string("v1")),
                ConfigMember(name: "kind", value: .string("List")), ConfigMember(name: "items", value: .array(items)),
            ])
            let isOne = resources.count { $0.contains("/") } == 1 && resources.count == 1 || resources.count == 2
            Console.print((isOne && items.count == 1 ? items[0] : list).indentedJSON, terminator: "")
        case .name: Console.print(lines: items.map(RuleTable.name))
        case .table, .wide:
            guard !items.isEmpty else { return }
            Console.print(lines: RuleTable.lines(items, withNamespace: allNamespaces, isWide: output == .wide))
        }
    }
}

/// Rules as a table.
enum RuleTable {
    static func name(_ item: ConfigValue) -> String {
        "\(item["kind"]?.text?.lowercased() ?? "")/\(item["metadata"]?["name"]?.text ?? "")"
    }

    static func lines(_ items: [ConfigValue], withNamespace: Bool, isWide: Bool) -> [String] {
        let rows = items.map { item in
            (withNamespace ? [item["metadata"]?["namespace"]?.text ?? ""] : [])
                + [item["kind"]?.text ?? "", item["metadata"]?["name"]?.text ?? "", hosts(item).joined(separator: ",")]
                + (isWide ? [details(item)] : [])
        }
        let head = (withNamespace ? ["NAMESPACE"] : []) + ["KIND", "NAME", "HOSTS"] + (isWide ? ["DETAILS"] : [])
        return Columns.lines([head] + rows.sorted { $0.lexicographicallyPrecedes($1) })
    }

    private static func hosts(_ item: ConfigValue) -> [String] {
        let spec = item["spec"]
        let servers = (spec?["servers"]?.list ?? []).flatMap { $0["hosts"]?.list ?? [] }
        let own = (spec?["hosts"]?.list ?? []) + servers
        let hosts = (own + [spec?["host"], spec?["address"]].compactMap { $0 }).compactMap(\.text)
        return hosts.enumerated().filter { hosts.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    }

    private static func details(_ item: ConfigValue) -> String {
        let spec = item["spec"]
        func list(_ label: String, _ values: [String]) -> String? {
            values.isEmpty ? nil : "\(label) \(values.joined(separator: ","))"
        }
        let ports =
            (spec?["ports"]?.list ?? []) + (spec?["servers"]?.list ?? []).compactMap { $0["port"] }
        let numbers = ports.compactMap { port in
            (port["number"] ?? port["port"])?.whole.map { "\($0)" + (port["name"]?.text.map { "/\($0)" } ?? "") }
        }
        let rules = ["http", "tcp", "tls"].compactMap { kind in
            (spec?[kind]?.list.count).flatMap { $0 > 0 ? "\($0) \(kind)" : nil }
        }
        return [
            list("gateways", (spec?["gateways"]?.list ?? []).compactMap(\.text)), list("rules", rules),
            list("subsets", (spec?["subsets"]?.list ?? []).compactMap { $0["name"]?.text }), list("ports", numbers),
            spec?["resolution"]?.text,
        ].compactMap { $0 }.joined(separator: "; ")
    }
}
