/// The way from the root to a value. Rendered only when there is something to say about it.
final class Place {
    enum Step {
        case field(String)
        case index(Int)
        case key(String)
    }

    let parent: Place?
    let step: Step?

    private init(parent: Place?, step: Step?) {
        self.parent = parent
        self.step = step
    }

    static func root() -> Place { Place(parent: nil, step: nil) }
    func field(_ name: String) -> Place { Place(parent: self, step: .field(name)) }
    func index(_ index: Int) -> Place { Place(parent: self, step: .index(index)) }
    func key(_ key: String) -> Place { Place(parent: self, step: .key(key)) }

    /// As the author of a rule writes it: `labels.version`, but `headers["x-a"]`.
    func named(_ name: String) -> Place {
        let isIdentifier = !name.isEmpty && name.utf8.allSatisfy { $0 == 95 || HeaderText.isAlphanumeric($0) }
        return isIdentifier ? field(name) : key(name)
    }

    /// `static_resources.clusters[0].metadata["a.b"]`
    var path: String {
        var steps: [Step] = []
        var place: Place? = self
        while let here = place {
            if let step = here.step { steps.append(step) }
            place = here.parent
        }
        var path = ""
        for step in steps.reversed() {
            switch step {
            case .field(let name): path += path.isEmpty ? name : ".\(name)"
            case .index(let index): path += "[\(index)]"
            case .key(let key): path += "[\"\(key)\"]"
            }
        }
        return path
    }
}
