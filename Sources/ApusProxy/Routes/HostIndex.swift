/// Finds the virtual host of a domain as Envoy does: the exact domain, else the longest `*suffix`, else the longest
/// `prefix*`, else `*`. Case does not count.
final class HostIndex: Sendable {
    private let exact: ByteTable
    private let suffixes: ByteTable
    private let prefixes: ByteTable
    /// Descending; without the star.
    private let suffixLengths: [Int]
    private let prefixLengths: [Int]
    private let rest: Int?

    /// The domains of each virtual host. Of a domain that is there twice, the first counts.
    init(_ domains: [[String]]) {
        var exact: [[UInt8]: Int] = [:]
        var suffixes: [[UInt8]: Int] = [:]
        var prefixes: [[UInt8]: Int] = [:]
        var rest: Int?
        for (host, names) in domains.enumerated() {
            for name in names {
                let bytes = name.utf8.map(lowercased)
                if bytes == [0x2a] {
                    rest = rest ?? host
                } else if bytes.first == 0x2a {
                    let key = Array(bytes.dropFirst())
                    suffixes[key] = suffixes[key] ?? host
                } else if bytes.last == 0x2a {
                    let key = Array(bytes.dropLast())
                    prefixes[key] = prefixes[key] ?? host
                } else {
                    exact[bytes] = exact[bytes] ?? host
                }
            }
        }
        func table(_ hosts: [[UInt8]: Int]) -> ByteTable {
            let rows = hosts.map { key, host in
                let hash = key.withUnsafeBufferPointer { ByteHash.extend(ByteHash.seed, $0, lower: true) }
                return ByteTable.Entry(hash: hash, key: key, value: Int32(host))
            }
            return ByteTable(rows, ignoresCase: true)
        }
        func lengths(_ hosts: [[UInt8]: Int]) -> [Int] { Set(hosts.keys.map(\.count)).sorted(by: >) }
        self.exact = table(exact)
        self.suffixes = table(suffixes)
        self.prefixes = table(prefixes)
        suffixLengths = lengths(suffixes)
        prefixLengths = lengths(prefixes)
        self.rest = rest
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
}
