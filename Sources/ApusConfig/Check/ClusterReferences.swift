/// Every route, split, mirror and TCP proxy must name a cluster that exists, and every cluster a name of its own.
final class ClusterReferences {
    private var definitions: [String: Field] = [:]
    private var references: [(name: String, from: String, at: Field)] = []

    var count: Int { references.count }

    func define(_ name: String, at field: Field) {
        if let first = definitions[name] {
            field.report(.duplicateCluster(name, first: first.source))
        } else {
            definitions[name] = field
        }
    }

    /// `from` says who refers and how, as `route 'checkout' forwards`.
    func refer(to name: String, from: String, at field: Field) {
        references.append((name, from, field))
    }

    func forget(after count: Int) {
        references.removeSubrange(count...)
    }

    func end() {
        definitions.removeAll()
        references.removeAll()
    }

    func check() {
        for reference in references where definitions[reference.name] == nil {
            let nearest = nearestName(to: reference.name, among: definitions.keys.sorted())
            reference.at.report(.unknownCluster(reference.name, from: reference.from, nearest: nearest))
        }
    }
}
