/// What has changed in the domains since their index was made: a few domains that are laid over it, until there are so
/// many that a new index is due.
final class HostChanges: Sendable {
    /// The virtual host of each domain that has changed; `none` where the domain is gone.
    private let owners: [DomainPattern: Int32]
    private let exact: ByteTable
    private let suffixes: ByteTable
    private let prefixes: ByteTable
    /// Of the index and of the changes, descending.
    private let suffixLengths: [Int]
    private let prefixLengths: [Int]
    private let rest: Int?

    private static let none = Int32.max
    /// With more domains than this a new index is made.
    private static let most = 512

    /// The changes before, and then these: what the virtual hosts at some positions have given up and what they have now.
    /// nil when an index must be made anew.
    init?(
        over index: HostIndex, after before: HostChanges?, removed: [(domain: String, host: Int)],
        added: [(domain: String, host: Int)]
    ) {
        if index.hasRivals { return nil }
        var owners = before?.owners ?? [:]
        func owner(_ pattern: DomainPattern) -> Int? {
            guard let changed = owners[pattern] else { return index.owner(of: pattern) }
            return changed == Self.none ? nil : Int(changed)
        }
        for (domain, _) in removed { owners[DomainPattern(domain)] = Self.none }
        for (domain, host) in added {
            let pattern = DomainPattern(domain)
            if owner(pattern) != nil { return nil }
            owners[pattern] = Int32(host)
        }
        // What is as the index has it is no change.
        for (pattern, host) in owners where index.owner(of: pattern).map(Int32.init) ?? Self.none == host {
            owners[pattern] = nil
        }
        if owners.count > Self.most { return nil }
        self.owners = owners
        var exact = ByteTable.Builder()
        var suffixes = ByteTable.Builder()
        var prefixes = ByteTable.Builder()
        var suffixLengths = Set(index.suffixLengths)
        var prefixLengths = Set(index.prefixLengths)
        var rest = index.rest
        for (pattern, host) in owners {
            switch pattern {
            case .rest: rest = host == Self.none ? nil : Int(host)
            case .exact(let key): exact.insert(key, host)
            case .suffix(let key):
                suffixLengths.insert(key.count)
                suffixes.insert(key, host)
            case .prefix(let key):
                prefixLengths.insert(key.count)
                prefixes.insert(key, host)
            }
        }
        self.exact = exact.table()
        self.suffixes = suffixes.table()
        self.prefixes = prefixes.table()
        self.suffixLengths = suffixLengths.sorted(by: >)
        self.prefixLengths = prefixLengths.sorted(by: >)
        self.rest = rest
    }

    var isEmpty: Bool { owners.isEmpty }

    /// As `HostIndex.find`, with one more look for each of its looks.
    func find(_ host: Bytes, in index: HostIndex) -> Int? {
        if let found = look(exact, index.exact, host) { return found }
        for length in suffixLengths where length < host.count {
            let key = Bytes(rebasing: host[(host.count - length)...])
            if let found = look(suffixes, index.suffixes, key) { return found }
        }
        for length in prefixLengths where length < host.count {
            let key = Bytes(rebasing: host[0..<length])
            if let found = look(prefixes, index.prefixes, key) { return found }
        }
        return rest
    }

    @inline(__always)
    private func look(_ changed: ByteTable, _ table: ByteTable, _ key: Bytes) -> Int? {
        let hash = ByteHash.extend(ByteHash.seed, key, lower: true)
        var found = changed.value(key, hash: hash)
        if found < 0 { found = table.value(key, hash: hash) }
        return found < 0 || found == Self.none ? nil : Int(found)
    }
}
