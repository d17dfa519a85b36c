import ApusConfig

extension Standing {
    /// Takes over what watched files say now: what has changed there is applied, what has gone is removed, and what was
    /// changed here since they were read last stays. Of a rule that is there twice the last counts.
    mutating func adopt(_ found: [Rule]) -> [Revision.Change] {
        var changes: [Revision.Change] = []
        var present: [RuleName: WrittenDocument] = [:]
        for rule in found { present[rule.name] = rule.written }
        let last = Dictionary(found.map { ($0.name, $0) }) { _, later in later }
        for rule in found where last[rule.name] === rule && files[rule.name] != rule.written {
            let before = rules[rule.name]
            let change = rules.apply(rule)
            changes.append(
                Revision.Change(
                    resource: rule.name.description, change: change,
                    effects: RuleEffects.of(before, rule)))
        }
        for name in files.keys.sorted() where present[name] == nil {
            guard let gone = rules.remove(name) else { continue }
            changes.append(
                Revision.Change(
                    resource: name.description, change: .deleted, effects: RuleEffects.of(gone, nil)))
        }
        files = present
        return changes
    }

    /// Does again what a record says. Throws when it can no longer be done.
    mutating func apply(_ delta: Delta, _ options: RuleStore.Options) throws {
        for name in delta.removed + delta.moved { rules.remove(name) }
        for rule in delta.applied { rules.apply(rule) }
        for file in delta.files { files[file.name] = file.document }
        if case .some(let text) = delta.bootstrap {
            posted = text
            base = text.map { options.read($0, "posted bootstrap") } ?? options.base
        }
        for put in delta.routes {
            guard let text = put.text else {
                routes[put.name] = nil
                continue
            }
            routes[put.name] = try PutRoutes.read(text, name: put.name)
        }
    }

    /// What the proxy is to serve.
    func configuration(_ compiled: CompiledRules) -> LoadResult {
        var result = base
        guard var bootstrap = base.bootstrap else { return result }
        bootstrap.replace(routes)
        bootstrap.staticResources.listeners += compiled.listeners
        bootstrap.staticResources.clusters += compiled.clusters
        result.bootstrap = bootstrap
        let (document, routes) = (base.document, routes.mapValues(\.document))
        result.makeDocument = { document.adding(compiled, routes: routes) }
        return result
    }
}

extension Bootstrap {
    /// Puts route configurations in the place of those with their names.
    mutating func replace(_ routes: [String: PutRoutes]) {
        guard !routes.isEmpty else { return }
        for index in staticResources.listeners.indices {
            staticResources.listeners[index].changeManagers { manager in
                if let put = routes[manager.routeConfig.name] { manager.routeConfig = put.routes }
            }
        }
    }

    /// The names of all route configurations.
    var routeNames: [String] {
        var names: [String] = []
        for var listener in staticResources.listeners {
            listener.changeManagers { names.append($0.routeConfig.name) }
        }
        return names
    }
}

extension Listener {
    /// Changes every HTTP connection manager.
    mutating func changeManagers(_ change: (inout HTTPConnectionManager) -> Void) {
        for chain in filterChains.indices { filterChains[chain].changeManagers(change) }
        defaultFilterChain?.changeManagers(change)
    }
}

extension FilterChain {
    fileprivate mutating func changeManagers(_ change: (inout HTTPConnectionManager) -> Void) {
        for index in filters.indices {
            guard case .httpConnectionManager(var manager) = filters[index] else { continue }
            change(&manager)
            filters[index] = .httpConnectionManager(manager)
        }
    }
}

extension ConfigValue {
    /// A bootstrap's tree with what rules make of it, and other route configurations in the place of its own.
    fileprivate func adding(_ compiled: CompiledRules, routes: [String: ConfigValue]) -> ConfigValue {
        var tree = routes.isEmpty ? self : replacing(routes)
        guard !compiled.listeners.isEmpty || !compiled.clusters.isEmpty else { return tree }
        tree.change("static_resources") { resources in
            resources.change("listeners") { $0 = .array($0.elements + compiled.listeners.map(\.encoded)) }
            resources.change("clusters") { $0 = .array($0.elements + compiled.clusters.map(\.encoded)) }
        }
        return tree
    }

    private func replacing(_ routes: [String: ConfigValue]) -> ConfigValue {
        switch self {
        case .array(let elements): .array(elements.map { $0.replacing(routes) })
        case .object(let members):
            .object(
                members.map { member in
                    let put = member.name == "route_config" ? routes[member.value["name"]?.string ?? ""] : nil
                    return ConfigMember(name: member.name, value: put ?? member.value.replacing(routes))
                })
        default: self
        }
    }

    /// Changes a member of an object; it is made if there is none.
    private mutating func change(_ name: String, _ change: (inout ConfigValue) -> Void) {
        var members: [ConfigMember] = []
        if case .object(let own) = self { members = own }
        if let index = members.firstIndex(where: { $0.name == name }) {
            change(&members[index].value)
        } else {
            var value = ConfigValue.null
            change(&value)
            members.append(ConfigMember(name: name, value: value))
        }
        self = .object(members)
    }
}
