/// Finds, among any number of routes, the first one that a path matches: exact paths and prefixes by hash, regular
/// expressions in order, and only those that stand before the best of the others.
final class PathIndex: Sendable {
    enum Pattern: Sendable {
        case exact([UInt8])
        case prefix([UInt8])
        /// The path itself, or anything below it behind a slash.
        case separatedPrefix([UInt8])
        case regex(CompiledRegex)
        /// Matches no path.
        case never
    }

    private let asWritten: PathKeys
    private let ignoringCase: PathKeys?
    private let expressions: [(position: Int, regex: CompiledRegex)]

    /// The patterns of routes in their order.
    init(_ patterns: [(pattern: Pattern, ignoresCase: Bool)]) {
        var kept: [PathKeys.Entry] = []
        var folded: [PathKeys.Entry] = []
        var expressions: [(position: Int, regex: CompiledRegex)] = []
        for (position, (pattern, ignoresCase)) in patterns.enumerated() {
            func insert(_ text: [UInt8], _ kind: PathKeys.Kind) {
                let text = ignoresCase ? text.map(lowercased) : text
                let entry = PathKeys.Entry(text: text, kind: kind, position: Int32(position))
                if ignoresCase { folded.append(entry) } else { kept.append(entry) }
            }
            switch pattern {
            case .exact(let text): insert(text, .exact)
            case .prefix(let text): insert(text, .prefix)
            case .separatedPrefix(let text): insert(text, .separatedPrefix)
            case .regex(let regex): expressions.append((position, regex))
            case .never: break
            }
        }
        asWritten = PathKeys(kept, ignoresCase: false)
        ignoringCase = folded.isEmpty ? nil : PathKeys(folded, ignoresCase: true)
        self.expressions = expressions
    }

    /// The lowest position whose pattern matches and that `accept` takes; nil when there is none.
    @inline(__always)
    func first(_ path: Bytes, where accept: (Int) -> Bool) -> Int? {
        let none = Int.max
        var best = asWritten.first(path, below: none, where: accept)
        if let ignoringCase { best = ignoringCase.first(path, below: best, where: accept) }
        if !expressions.isEmpty { best = expression(path, below: best, where: accept) }
        return best == none ? nil : best
    }

    private func expression(_ path: Bytes, below limit: Int, where accept: (Int) -> Bool) -> Int {
        for (position, regex) in expressions {
            if position >= limit { break }
            if regex.matches(path), accept(position) { return position }
        }
        return limit
    }
}

/// Exact paths and prefixes of one way of comparing, by hash.
///
/// Prefixes are looked up once for each length that occurs among them, ascending; the hash goes on from length to
/// length. The cost depends on the path and on the number of lengths, not on the number of routes.
final class PathKeys: @unchecked Sendable {
    // Unchecked: written by `init` alone.
    enum Kind { case exact, prefix, separatedPrefix }

    struct Entry {
        let text: [UInt8]
        let kind: Kind
        let position: Int32
    }

    private struct Length {
        let count: Int
        /// The lowest position of a prefix of this length.
        let lowest: Int
    }

    private struct Candidate {
        let position: Int32
        let separated: Bool
        /// The last one of its key.
        let last: Bool
    }

    private let ignoresCase: Bool
    private let lengths: UnsafeMutableBufferPointer<Length>
    private let prefixes: ByteTable
    private let exact: ByteTable
    /// The routes of each key, ascending; the tables lead to the first one.
    private let candidates: UnsafeMutableBufferPointer<Candidate>

    init(_ entries: [Entry], ignoresCase: Bool) {
        self.ignoresCase = ignoresCase
        var lowest: [Int: Int] = [:]
        var byPrefix: [[UInt8]: [Entry]] = [:]
        var byPath: [[UInt8]: [Entry]] = [:]
        for entry in entries {
            if entry.kind == .exact {
                byPath[entry.text, default: []].append(entry)
            } else {
                byPrefix[entry.text, default: []].append(entry)
                lowest[entry.text.count] = min(lowest[entry.text.count] ?? .max, Int(entry.position))
            }
        }
        let lengths = lowest.sorted { $0.key < $1.key }.map { Length(count: $0.key, lowest: $0.value) }
        var candidates: [Candidate] = []
        func table(_ groups: [[UInt8]: [Entry]], whole: Bool) -> ByteTable {
            let rows = groups.map { key, group in
                let first = Int32(candidates.count)
                for (index, entry) in group.enumerated() {
                    candidates.append(
                        Candidate(
                            position: entry.position, separated: entry.kind == .separatedPrefix,
                            last: index == group.count - 1))
                }
                let hash = Self.hash(key, lengths: lengths.map(\.count), whole: whole, lower: ignoresCase)
                return ByteTable.Entry(hash: hash, key: key, value: first)
            }
            return ByteTable(rows, ignoresCase: ignoresCase)
        }
        prefixes = table(byPrefix, whole: false)
        exact = table(byPath, whole: true)
        self.lengths = .allocate(capacity: lengths.count)
        _ = self.lengths.initialize(from: lengths)
        self.candidates = .allocate(capacity: candidates.count)
        _ = self.candidates.initialize(from: candidates)
    }

    deinit {
        lengths.deallocate()
        candidates.deallocate()
    }

    /// The hash as `first` computes it: cut at every length of a prefix.
    private static func hash(_ key: [UInt8], lengths: [Int], whole: Bool, lower: Bool) -> UInt64 {
        key.withUnsafeBufferPointer { key in
            var hash = ByteHash.seed
            var at = 0
            for length in lengths where length <= key.count {
                hash = ByteHash.extend(hash, Bytes(rebasing: key[at..<length]), lower: lower)
                at = length
            }
            return whole ? ByteHash.extend(hash, Bytes(rebasing: key[at...]), lower: lower) : hash
        }
    }

    /// The lowest position below `limit` that matches and that `accept` takes; otherwise `limit`.
    @inline(__always)
    func first(_ path: Bytes, below limit: Int, where accept: (Int) -> Bool) -> Int {
        var best = limit
        var hash = ByteHash.seed
        var at = 0
        for i in 0..<lengths.count {
            let length = lengths[i]
            if length.count > path.count { break }
            hash = ByteHash.extend(hash, Bytes(rebasing: path[at..<length.count]), lower: ignoresCase)
            at = length.count
            if length.lowest >= best { continue }
            let found = prefixes.value(Bytes(rebasing: path[0..<at]), hash: hash)
            if found >= 0 { best = walk(from: Int(found), path, length: at, below: best, where: accept) }
        }
        if exact.isEmpty { return best }
        hash = ByteHash.extend(hash, Bytes(rebasing: path[at...]), lower: ignoresCase)
        let found = exact.value(path, hash: hash)
        return found < 0 ? best : walk(from: Int(found), path, length: path.count, below: best, where: accept)
    }

    @inline(__always)
    private func walk(from first: Int, _ path: Bytes, length: Int, below limit: Int, where accept: (Int) -> Bool) -> Int
    {
        var at = first
        while true {
            let candidate = candidates[at]
            let position = Int(candidate.position)
            if position >= limit { return limit }
            let fits = !candidate.separated || path.count == length || path[length] == 0x2f
            if fits, accept(position) { return position }
            if candidate.last { return limit }
            at += 1
        }
    }
}
