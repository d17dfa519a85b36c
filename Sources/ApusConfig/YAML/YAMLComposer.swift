/// Puts the nodes of a document together from its events, without recursion: the depth of a text is no concern.
struct YAMLComposer {
    private let limits: YAMLLimits
    private let options: YAMLReader.Options
    private let mostNodes: Int
    private var count = 0
    private var frames: [Frame] = []
    private var anchors: [String: YAMLNode] = [:]
    /// Those of the last document.
    private(set) var duplicates: [YAMLReader.Duplicate] = []

    /// A list or mapping that is not complete.
    private struct Frame {
        var isMapping: Bool
        let mark: YAMLEvents.Mark
        let anchor: String?
        var nodes: [YAMLNode] = []
        var entries: [YAMLEntry] = []
        /// Names of many entries; few are compared one by one.
        var names: Set<String> = []
        var key: Key?
        /// Mappings whose members come in where they are not given.
        var merged: [YAMLNode] = []

        init(isMapping: Bool, mark: YAMLEvents.Mark, anchor: String?) {
            self.isMapping = isMapping
            self.mark = mark
            self.anchor = anchor
        }

        func has(_ name: String) -> Bool {
            entries.count > 8 ? names.contains(name) : entries.contains { $0.key == name }
        }

        mutating func append(_ entry: YAMLEntry) {
            entries.append(entry)
            if entries.count == 9 { names = Set(entries.map(\.key)) }
            if entries.count > 9 { names.insert(entry.key) }
        }
    }

    private struct Key {
        let name: String
        let isMerge: Bool
        let mark: YAMLEvents.Mark
    }

    init(limits: YAMLLimits, options: YAMLReader.Options, size: Int) {
        self.limits = limits
        self.options = options
        mostNodes = limits.nodes + Int(limits.nodesPerByte * Double(size))
    }

    /// The root of the document whose start has been read, up to its end.
    mutating func document(_ events: inout YAMLEvents) throws(YAMLReader.Failure) -> YAMLNode {
        anchors.removeAll()
        duplicates.removeAll()
        frames.removeAll()
        var root: YAMLNode?
        while true {
            switch try events.next() {
            case .scalar(let scalar, let mark):
                if try takeKey(scalar.text, isPlain: scalar.isPlain, anchor: scalar.anchor, at: mark) { continue }
                let node = YAMLNode(
                    .scalar(scalar.text, quoted: scalar.isString), line: mark.line, column: mark.column)
                try use(node, anchor: scalar.anchor, at: mark, root: &root)
            case .alias(let name, let mark):
                guard let anchored = anchors[name] else {
                    throw failure(.syntax("found undefined alias '\(name)'"), mark)
                }
                if case .scalar(let text, _) = anchored.content,
                    try takeKey(text, isPlain: false, anchor: nil, at: mark)
                {
                    try countRepeated(text, mark)
                    continue
                }
                try refuseAsKey(mark)
                try add(copy(anchored, depth: frames.count, at: mark), root: &root)
            case .sequence(let anchor, let mark): try open(Frame(isMapping: false, mark: mark, anchor: anchor))
            case .mapping(let anchor, let mark): try open(Frame(isMapping: true, mark: mark, anchor: anchor))
            case .end: try close(&root)
            case .documentEnd, .streamEnd:
                return root ?? YAMLNode(.scalar("", quoted: false), line: 1, column: 1)
            case .document: continue
            }
        }
    }

    /// Takes a scalar that stands where a mapping's next key is.
    private mutating func takeKey(
        _ text: String, isPlain: Bool, anchor: String?, at mark: YAMLEvents.Mark
    ) throws(YAMLReader.Failure) -> Bool {
        guard let last = frames.indices.last, frames[last].isMapping, frames[last].key == nil else { return false }
        let isMerge = isPlain && text == "<<"
        if isMerge, !options.mergesMappings { throw failure(.mergeKey, mark) }
        frames[last].key = Key(name: text, isMerge: isMerge, mark: mark)
        if let anchor { anchors[anchor] = YAMLNode(.scalar(text, quoted: true), line: mark.line, column: mark.column) }
        return true
    }

    private func refuseAsKey(_ mark: YAMLEvents.Mark) throws(YAMLReader.Failure) {
        if let frame = frames.last, frame.isMapping, frame.key == nil { throw failure(.keyIsNotAName, mark) }
    }

    private mutating func open(_ frame: Frame) throws(YAMLReader.Failure) {
        try refuseAsKey(frame.mark)
        guard frames.count < limits.depth - 1 else { throw failure(.tooDeep(limit: limits.depth), frame.mark) }
        frames.append(frame)
    }

    private mutating func close(_ root: inout YAMLNode?) throws(YAMLReader.Failure) {
        guard var frame = frames.popLast() else { return }
        try merge(into: &frame)
        let node = YAMLNode(
            frame.isMapping ? .mapping(frame.entries) : .sequence(frame.nodes), line: frame.mark.line,
            column: frame.mark.column)
        try use(node, anchor: frame.anchor, at: frame.mark, root: &root)
    }

    /// Counts a new node, names it, and puts it where it belongs.
    private mutating func use(
        _ node: YAMLNode, anchor: String?, at mark: YAMLEvents.Mark, root: inout YAMLNode?
    ) throws(YAMLReader.Failure) {
        try countOne(mark)
        if let anchor { anchors[anchor] = node }
        try add(node, root: &root)
    }

    private mutating func countOne(_ mark: YAMLEvents.Mark) throws(YAMLReader.Failure) {
        count += 1
        guard count <= mostNodes else { throw failure(.tooManyValues(limit: mostNodes), mark) }
    }

    /// A text that is used once more is as many values as could have been written in its place: a long one that thousands
    /// of aliases name would fill the memory when each is written out.
    private mutating func countRepeated(_ text: String, _ mark: YAMLEvents.Mark) throws(YAMLReader.Failure) {
        count += text.utf8.count / 32
        guard count <= mostNodes else { throw failure(.tooManyValues(limit: mostNodes), mark) }
    }

    private mutating func add(_ node: YAMLNode, root: inout YAMLNode?) throws(YAMLReader.Failure) {
        guard let last = frames.indices.last else {
            root = node
            return
        }
        guard frames[last].isMapping else {
            frames[last].nodes.append(node)
            return
        }
        guard let key = frames[last].key else { return }
        if key.isMerge {
            switch node.content {
            case .mapping: frames[last].merged.append(node)
            case .sequence(let nodes) where nodes.allSatisfy(\.isMapping): frames[last].merged += nodes
            default: throw failure(.noMapping, key.mark)
            }
        } else if frames[last].has(key.name) {
            guard options.goesOnAfterDuplicates else { throw failure(.duplicateKey(key.name), key.mark) }
            duplicates.append(
                YAMLReader.Duplicate(key: key.name, path: path, line: key.mark.line, column: key.mark.column))
        } else {
            frames[last].append(
                YAMLEntry(key: key.name, line: key.mark.line, column: key.mark.column, value: node))
        }
        frames[last].key = nil
    }

    /// What is written in the mapping itself goes before, then the first of the others that has it.
    private mutating func merge(into frame: inout Frame) throws(YAMLReader.Failure) {
        for node in frame.merged {
            guard case .mapping(let entries) = node.content else { continue }
            for entry in entries where !frame.has(entry.key) { frame.append(entry) }
        }
    }

    /// Every use of an alias is a value of its own: decoders leave their notes in it.
    private mutating func copy(
        _ node: YAMLNode, depth: Int, at mark: YAMLEvents.Mark
    ) throws(YAMLReader.Failure) -> YAMLNode {
        try countOne(mark)
        guard depth < limits.depth else { throw failure(.tooDeep(limit: limits.depth), mark) }
        let content: YAMLNode.Content
        switch node.content {
        case .scalar(let text, _):
            try countRepeated(text, mark)
            content = node.content
        case .sequence(let nodes):
            var copies: [YAMLNode] = []
            for node in nodes { copies.append(try copy(node, depth: depth + 1, at: mark)) }
            content = .sequence(copies)
        case .mapping(let entries):
            var copies: [YAMLEntry] = []
            for entry in entries {
                try countRepeated(entry.key, mark)
                let value = try copy(entry.value, depth: depth + 1, at: mark)
                copies.append(YAMLEntry(key: entry.key, line: entry.line, column: entry.column, value: value))
            }
            content = .mapping(copies)
        }
        return YAMLNode(content, line: node.line, column: node.column)
    }

    /// The way to the key that is being read.
    private var path: String {
        var place = Place.root()
        for frame in frames {
            place = frame.isMapping ? place.named(frame.key?.name ?? "") : place.index(frame.nodes.count)
        }
        return place.path
    }

    private func failure(_ error: ConfigurationError, _ mark: YAMLEvents.Mark) -> YAMLReader.Failure {
        YAMLReader.Failure(error: error, line: mark.line, column: mark.column)
    }
}
