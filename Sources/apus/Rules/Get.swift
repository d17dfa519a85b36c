import ApusConfig
import ArgumentParser

struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the rules in force.")

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, wide, yaml, json }

    @Argument(help: "A kind, or kind/name; everything without it.")
    var resource: String?

    @Option(name: [.customShort("o"), .long], help: "table, wide, yaml or json.")
    var output = Output.table

    @Option(name: [.customShort("n"), .long], help: "Only of this namespace.")
    var namespace: String?

    @OptionGroup var server: AdminOptions

    func run() throws {
        let answer = try server.ask("GET", "/rules", headers: ["accept": "application/json"])
        let (kind, name) = try Self.parse(resource)
        let items = (answer.json["items"]?.list ?? []).filter { item in
            (kind == nil || item["kind"]?.text == kind?.rawValue)
                && (name == nil || item["metadata"]?["name"]?.text == name)
                && (namespace == nil || item["metadata"]?["namespace"]?.text == namespace)
        }
        if items.isEmpty, let resource {
            StandardError.write("error: there is no \(resource)")
            throw ExitCode(1)
        }
        switch output {
        case .yaml: print(items.map(\.yaml).joined(separator: "---\n"), terminator: "")
        case .json:
            let list = ConfigValue.object([
                ConfigMember(name: "apiVersion", value: .string("v1")),
                ConfigMember(name: "kind", value: .string("List")), ConfigMember(name: "items", value: .array(items)),
            ])
            print(list.indentedJSON, terminator: "")
        case .table, .wide: for line in Self.table(items, wide: output == .wide) { print(line) }
        }
    }

    /// `vs/reviews` → its kind and name.
    static func parse(_ text: String?) throws -> (kind: RuleKind?, name: String?) {
        guard let text else { return (nil, nil) }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard let kind = parts.first.flatMap(KindName.kind) else {
            let names = RuleKind.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", ")
            throw ValidationError("'\(text)' is no kind of rule, nor kind/name; there are \(names).")
        }
        return (kind, parts.count > 1 ? parts[1] : nil)
    }

    static func table(_ items: [ConfigValue], wide: Bool) -> [String] {
        let rows = items.map { item in
            let spec = item["spec"]
            let hosts = (spec?["hosts"]?.list ?? []).compactMap(\.text) + [spec?["host"]?.text].compactMap { $0 }
            return [
                item["metadata"]?["namespace"]?.text ?? "", item["kind"]?.text ?? "",
                item["metadata"]?["name"]?.text ?? "",
            ]
                + (wide ? [hosts.joined(separator: ",")] : [])
        }
        return Columns.lines(
            [["NAMESPACE", "KIND", "NAME"] + (wide ? ["HOSTS"] : [])] + rows.sorted { $0.lexicographicallyPrecedes($1) }
        )
    }
}

/// Rows with their cells below each other.
enum Columns {
    static func lines(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ")
        }
    }
}
