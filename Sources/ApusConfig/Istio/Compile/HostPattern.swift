/// A host as rules write it: a name, `*.` and a suffix, or `*`. Case does not count.
struct HostPattern: Hashable {
    /// In the author's spelling.
    let text: String
    /// In lower case.
    let key: String

    init(_ text: String) {
        self.text = text
        key = text.lowercased()
    }

    var isWildcard: Bool { key.utf8.first == UInt8(ascii: "*") }

    /// Whether every host that `other` means is meant here, too.
    func covers(_ other: HostPattern) -> Bool {
        guard isWildcard else { return key == other.key }
        let suffix = key.dropFirst()
        return other.isWildcard ? other.key.dropFirst().hasSuffix(suffix) : other.key.hasSuffix(suffix)
    }

    /// The narrower of two patterns of which one covers the other; nil when they have nothing in common.
    func intersection(_ other: HostPattern) -> HostPattern? {
        if covers(other) { return other }
        return other.covers(self) ? self : nil
    }

    /// The host whose mirrored copies this one is for; nil for any other.
    var withoutShadow: HostPattern? {
        guard key.hasSuffix(Self.shadow), key.utf8.count > Self.shadow.utf8.count else { return nil }
        return HostPattern(String(text.dropLast(Self.shadow.count)))
    }

    /// The wildcards that cover a name, the longest first, without `*`: `*.b.c` and `*.c` for `a.b.c`.
    var wildcards: [String] {
        key.indices.filter { key[$0] == "." && $0 > key.startIndex }.map { "*\(key[$0...])" }
    }

    /// What Envoy appends to the host of a mirrored copy.
    static let shadow = "-shadow"

    static func == (left: HostPattern, right: HostPattern) -> Bool { left.key == right.key }
    func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
