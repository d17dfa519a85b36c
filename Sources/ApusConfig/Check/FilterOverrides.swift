/// What a route says about a filter that is not there, or says in another filter's words, has no effect.
/// Envoy accepts both; so do we, aloud.
enum FilterOverrides {
    static func check(_ overrides: [(name: String, type: String?, place: Field)], against filters: [HTTPFilter]) {
        let known = Dictionary(filters.map { ($0.name, $0.settings) }, uniquingKeysWith: { first, _ in first })
        for override in overrides {
            guard let settings = known[override.name] else {
                let nearest = nearestName(to: override.name, among: filters.map(\.name))
                override.place.warn(.overrideOfAbsentFilter(override.name, nearest: nearest))
                continue
            }
            let expected = FilterTable.overrideType(of: settings)
            if let type = override.type, type != expected {
                override.place.warn(.overrideOfOtherType(override.name, type: type, expected: expected))
            } else if case .lua(let lua) = settings {
                checkScript(of: override.name, among: lua.sources.keys, at: override.place)
            }
        }
    }

    private static func checkScript(of filter: String, among scripts: some Sequence<String>, at place: Field) {
        let settings = place.member("config") ?? place
        guard let field = settings.member("name"), let name = field.text, !name.isEmpty, !scripts.contains(name)
        else { return }
        field.warn(.noSuchScript(name, filter: filter, nearest: nearestName(to: name, among: scripts.sorted())))
    }
}
