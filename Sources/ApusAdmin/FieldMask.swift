import ApusConfig

/// Paths of fields to show: `bootstrap.node,bootstrap.admin`.
struct FieldMask {
    let text: String
    private let paths: [[String]]

    init(_ text: String) {
        self.text = text
        paths = text.split(separator: ",").map { $0.split(separator: ".").map(String.init) }
    }

    /// Whether every path begins with one of these fields.
    func fits(_ fields: Set<String>) -> Bool {
        !paths.isEmpty && paths.allSatisfy { path in path.first.map(fields.contains) ?? false }
    }

    /// The value with nothing but the fields of the mask; types stay.
    func trimming(_ value: ConfigValue) -> ConfigValue { Self.trim(value, paths) }

    private static func trim(_ value: ConfigValue, _ paths: [[String]]) -> ConfigValue {
        switch value {
        case .array(let elements): .array(elements.map { trim($0, paths) })
        case .object(let members):
            .object(
                members.compactMap { member in
                    if member.name == "@type" { return member }
                    let rests = paths.filter { $0.first == member.name }.map { Array($0.dropFirst()) }
                    if rests.isEmpty { return nil }
                    if rests.contains(where: \.isEmpty) { return member }
                    return ConfigMember(name: member.name, value: trim(member.value, rests))
                })
        default: value
        }
    }
}
