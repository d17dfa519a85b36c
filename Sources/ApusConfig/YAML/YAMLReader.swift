import Yams

/// Turns text into nodes: anchors are expanded, limits are kept. Merge keys (`<<`) are refused
/// unless they are allowed, as Envoy refuses them: the same file must mean the same to both.
struct YAMLReader {
    let limits: YAMLLimits
    /// Istio's documents may use merge keys.
    private let allowsMergeKeys: Bool
    /// Lines of the file that stand before the text.
    private let linesBefore: Int
    private var count = 0
    private var mostNodes = 0

    /// A problem of the text itself, which leaves nothing to read.
    struct Failure: Error {
        let error: ConfigurationError
        let line: Int
        let column: Int
    }

    init(limits: YAMLLimits = YAMLLimits(), allowsMergeKeys: Bool = false, linesBefore: Int = 0) {
        self.limits = limits
        self.allowsMergeKeys = allowsMergeKeys
        self.linesBefore = linesBefore
    }

    /// The root of the only document; nil for an empty file.
    mutating func read(_ text: String) throws(Failure) -> YAMLNode? {
        guard text.utf8.count <= limits.size else {
            throw Failure(error: .fileTooLarge(limit: limits.size), line: linesBefore + 1, column: 1)
        }
        if YAMLReader.mayHaveExplosiveKeys(text) {
            throw Failure(error: .aliasAsKey, line: linesBefore + 1, column: 1)
        }
        mostNodes = limits.nodes + limits.nodesPerByte * text.utf8.count
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch {
            let failure = YAMLReader.failure(error)
            throw Failure(error: failure.error, line: linesBefore + failure.line, column: failure.column)
        }
        return try root.map { root throws(Failure) in try convert(root, depth: 0) }
    }

    private mutating func convert(_ node: Yams.Node, depth: Int) throws(Failure) -> YAMLNode {
        let line = linesBefore + (node.mark?.line ?? 1)
        let column = node.mark?.column ?? 1
        count += 1
        guard count <= mostNodes else {
            throw Failure(error: .tooManyValues(limit: mostNodes), line: line, column: column)
        }
        guard depth < limits.depth else {
            throw Failure(error: .tooDeep(limit: limits.depth), line: line, column: column)
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(.scalar(scalar.string, quoted: isString(scalar)), line: line, column: column)
        case .sequence(let sequence):
            var nodes: [YAMLNode] = []
            nodes.reserveCapacity(sequence.count)
            for element in sequence { nodes.append(try convert(element, depth: depth + 1)) }
            return YAMLNode(.sequence(nodes), line: line, column: column)
        case .mapping(let mapping):
            return YAMLNode(.mapping(try entries(mapping, depth: depth)), line: line, column: column)
        case .alias(let alias):
            let name = alias.anchor.rawValue
            throw Failure(error: .syntax("the alias '*\(name)' has no anchor"), line: line, column: column)
        }
    }

    private func isString(_ scalar: Yams.Node.Scalar) -> Bool {
        switch scalar.style {
        case .any, .plain: scalar.tag.description.hasSuffix(":str")
        case .singleQuoted, .doubleQuoted, .literal, .folded: true
        }
    }

    private mutating func entries(_ mapping: Yams.Node.Mapping, depth: Int) throws(Failure) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var merged: [YAMLEntry] = []
        entries.reserveCapacity(mapping.count)
        for (key, value) in mapping {
            let line = linesBefore + (key.mark?.line ?? 1)
            let column = key.mark?.column ?? 1
            guard case .scalar(let scalar) = key else {
                throw Failure(error: .keyIsNotAName, line: line, column: column)
            }
            if scalar.string == "<<", scalar.style == .plain {
                guard allowsMergeKeys else { throw Failure(error: .mergeKey, line: line, column: column) }
                merged += try mergedEntries(value, line: line, column: column, depth: depth)
                continue
            }
            let node = try convert(value, depth: depth + 1)
            entries.append(YAMLEntry(key: scalar.string, line: line, column: column, value: node))
        }
        // What a mapping says itself comes before what it takes over; of several taken over the first counts.
        var known = merged.isEmpty ? [] : Set(entries.map(\.key))
        for entry in merged where known.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    /// What `<<` takes over: a mapping, or a list of them.
    private mutating func mergedEntries(_ value: Yams.Node, line: Int, column: Int, depth: Int) throws(Failure)
        -> [YAMLEntry]
    {
        let node = try convert(value, depth: depth + 1)
        switch node.content {
        case .mapping(let entries): return entries
        case .sequence(let nodes):
            var all: [YAMLEntry] = []
            for node in nodes {
                guard case .mapping(let entries) = node.content else {
                    throw Failure(error: .mergeOfNoMapping, line: line, column: column)
                }
                all += entries
            }
            return all
        case .scalar: throw Failure(error: .mergeOfNoMapping, line: line, column: column)
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        guard let error = error as? YamlError else {
            return Failure(error: .syntax("\(error)"), line: 1, column: 1)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            if problem.contains("nesting") || problem.contains("depth") {
                return Failure(error: .tooDeep(limit: 1000), line: mark.line, column: mark.column)
            }
            let text = context.map { "\(problem) \($0.text)" } ?? problem
            return Failure(error: .syntax(text), line: mark.line, column: mark.column)
        case .composer(_, let problem, let mark, _):
            let error: ConfigurationError =
                problem.contains("another document") ? .severalDocuments : .syntax(problem)
            return Failure(error: error, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let keys, let context):
            return Failure(
                error: .duplicateKey(keys.first ?? ""), line: context.mark.line, column: context.mark.column)
        case .reader(let problem, _, _, _):
            return Failure(error: .syntax(problem), line: 1, column: 1)
        default:
            return Failure(error: .syntax("this is not YAML"), line: 1, column: 1)
        }
    }
}
