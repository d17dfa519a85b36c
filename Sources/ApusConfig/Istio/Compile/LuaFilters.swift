/// The scripts that EnvoyFilters put into a listener's chain.
struct LuaFilters {
    /// The whole chain, router included.
    private(set) var filters: [HTTPFilter]
    /// Scripts that are meant for one port, by port; off elsewhere. Only of the sidecar's listener, whose ports are
    /// tables and not sockets.
    private(set) var byPort: [UInt32: [String: FilterOverride]] = [:]

    private struct Entry {
        /// As EnvoyFilters know it.
        let name: String
        let filter: HTTPFilter
        /// Added by an EnvoyFilter.
        let isAdded: Bool
    }

    /// `envoyFilters`: the oldest first. `port`: that of a Gateway's server; nil: the sidecar's listener, where
    /// `listening` is its own port.
    init(_ envoyFilters: [Rule], identity: ProxyIdentity, port: UInt32?, listening: UInt32? = nil) {
        var entries = BuiltInFilter.chain(of: identity).map { Entry(name: $0.name, filter: $0, isAdded: false) }
        var taken = Set(entries.map(\.name))
        for (rule, patch) in Self.patches(envoyFilters, identity: identity) where patch.isFor(gateway: port != nil) {
            var only: UInt32?
            if let wanted = patch.port, wanted != port {
                // A Gateway's listener is of one port; the sidecar's has all tables.
                if port != nil { continue }
                if wanted != listening { only = wanted }
            }
            var entry: Entry?
            if !patch.code.isEmpty {
                let name = Self.free(patch.name, among: &taken)
                let code = LuaSource(text: patch.code, origin: rule.name.description, source: patch.source)
                let filter = HTTPFilter(
                    name: name, disabled: only != nil, settings: .lua(LuaSettings(defaultSource: code)),
                    source: patch.source)
                entry = Entry(name: patch.name, filter: filter, isAdded: true)
                if let only { byPort[only, default: [:]][name] = FilterOverride(disabled: false, source: patch.source) }
            }
            Self.apply(patch, entry, to: &entries)
        }
        filters = entries.map(\.filter)
    }

    /// Those that apply to this proxy, in the order in which they take effect: by priority, the root namespace's before
    /// the proxy's own, the oldest first.
    private static func patches(_ envoyFilters: [Rule], identity: ProxyIdentity) -> [(Rule, LuaPatch)] {
        let found = envoyFilters.enumerated().compactMap { age, rule -> (rule: Rule, spec: EnvoyFilter, age: Int)? in
            let namespace = rule.name.namespace
            guard case .envoyFilter(let spec) = rule.spec,
                namespace == identity.namespace || namespace == identity.rootNamespace,
                (spec.workloadSelector ?? [:]).allSatisfy({ identity.labels[$0.key] == $0.value })
            else { return nil }
            return (rule, spec, age)
        }
        func rank(_ item: (rule: Rule, spec: EnvoyFilter, age: Int)) -> (Int32, Int, Int) {
            (item.spec.priority, item.rule.name.namespace == identity.rootNamespace ? 0 : 1, item.age)
        }
        return found.sorted { rank($0) < rank($1) }.flatMap { item in item.spec.patches.map { (item.rule, $0) } }
    }

    /// Filters are known by their names: a second one of a name gets a number.
    private static func free(_ name: String, among taken: inout Set<String>) -> String {
        var free = name
        var number = 2
        while !taken.insert(free).inserted {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    private static func apply(_ patch: LuaPatch, _ entry: Entry?, to entries: inout [Entry]) {
        let reference = BuiltInFilter.current(patch.subFilter)
        let found = entries.firstIndex { $0.name == reference }
        // Nothing can stand behind the router.
        let last = entries.count - 1
        switch (patch.operation, entry) {
        case (.insertFirst, let entry?): entries.insert(entry, at: 0)
        case (.add, let entry?): entries.insert(entry, at: last)
        case (.insertBefore, let entry?):
            if reference.isEmpty { entries.insert(entry, at: 0) } else if let found { entries.insert(entry, at: found) }
        case (.insertAfter, let entry?):
            if reference.isEmpty {
                entries.insert(entry, at: last)
            } else if let found {
                entries.insert(entry, at: min(found + 1, last))
            }
        case (.replace, let entry?):
            if let found, entries[found].isAdded { entries[found] = entry }
        case (.remove, _):
            entries.removeAll { $0.isAdded && $0.name == reference }
        case (_, nil): break
        }
    }
}

extension LuaPatch {
    fileprivate func isFor(gateway: Bool) -> Bool {
        switch context {
        case .any: true
        case .sidecarOutbound: !gateway
        case .gateway: gateway
        case .sidecarInbound, .waypoint: false
        }
    }
}
