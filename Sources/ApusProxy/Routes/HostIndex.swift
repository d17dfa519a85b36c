/// Finds the virtual host of a domain as Envoy does: the exact domain, else the longest `*suffix`, else the longest
/// `prefix*`, else `*`. Case does not count.
final class HostIndex: Sendable {
    let exact: ByteTable
    let suffixes: ByteTable
    let prefixes: ByteTable
    /// Descending; without the star.
    let suffixLengths: [Int]
    let prefixLengths: [Int]
    let rest: Int?
    /// How many domains there are.
    let count: Int
    /// Some domain is there twice, so that it would not do to take one of them out.
    let hasRivals: Bool

    /// The domains of each virtual host. Of a domain that is there twice, the first counts.
    init(_ domains: [[String]]) {
        var exact = ByteTable.Builder()
        var suffixes = ByteTable.Builder()
        var prefixes = ByteTable.Builder()
        var suffixLengths: Set<Int> = []
        var prefixLengths: Set<Int> = []
        var rest: Int?
        var hasRivals = false
        for (host, names) in domains.enumerated() {
            for name in names {
                let isNew: Bool
                switch DomainPattern(name) {
                case .rest:
                    isNew = rest == nil
                    rest = rest ?? host
                case .exact(let key): isNew = exact.insert(key, Int32(host))
                case .suffix(let key):
                    suffixLengths.insert(key.count)
                    isNew = suffixes.insert(key, Int32(host))
                case .prefix(let key):
                    prefixLengths.insert(key.count)
                    isNew = prefixes.insert(key, Int32(host))
                }
                if !isNew { hasRivals = true }
            }
        }
        self.exact = exact.table()
        self.suffixes = suffixes.table()
        self.prefixes = prefixes.table()
        self.suffixLengths = suffixLengths.sorted(by: >)
        self.prefixLengths = prefixLengths.sorted(by: >)
        self.rest = rest
        self.hasRivals = hasRivals
        count = exact.count + suffixes.count + prefixes.count + (rest == nil ? 0 : 1)
    }

    /// The number of the virtual host for this name.
    @inline(__always)
    func find(_ host: Bytes) -> Int? {
        if let found = look(exact, host) { return found }
        // A star stands for one byte at least.
        for length in suffixLengths where length < host.count {
            if let found = look(suffixes, Bytes(rebasing: host[(host.count - length)...])) { return found }
        }
        for length in prefixLengths where length < host.count {
            if let found = look(prefixes, Bytes(rebasing: host[0..<length])) { return found }
        }
        return rest
    }

    @inline(__always)
    private func look(_ table: ByteTable, _ key: Bytes) -> Int? {
        if table.isEmpty { return nil }
        let found = table.value(key, hash: ByteHash.extend(ByteHash.seed, key, lower: true))
        return found < 0 ? nil : Int(found)
    }

    /// The virtual host that has this very domain.
    func owner(of pattern: DomainPattern) -> Int? {
        func look(_ table: ByteTable, _ key: [UInt8]) -> Int? { key.withUnsafeBufferPointer { self.look(table, $0) } }
        return switch pattern {
        case .rest: rest
        case .exact(let key): look(exact, key)
        case .suffix(let key): look(suffixes, key)
        case .prefix(let key): look(prefixes, key)
        }
    }
}

/// A domain of a virtual host, in lower case and without its star.
enum DomainPattern: Hashable {
    case exact([UInt8])
    /// `*.a.test`
    case suffix([UInt8])
    /// `a.*`
    case prefix([UInt8])
    /// `*`
    case rest

    init(_ domain: String) {
        let bytes = domain.utf8.map(lowercased)
        if bytes == [0x2a] {
            self = .rest
        } else if bytes.first == 0x2a {
            self = .suffix(Array(bytes.dropFirst()))
        } else if bytes.last == 0x2a {
            self = .prefix(Array(bytes.dropLast()))
        } else {
            self = .exact(bytes)
        }
    }
}
