/// Names of hosts, ports, subsets and labels, as Istio takes them: capitals are letters, too.
enum NameText {
    /// A DNS label (RFC 1123): letters, digits and hyphens within.
    static func isLabel(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.suffix(1).first, bytes.count <= 63 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// `*`, `*x`, `*-x`, or a label.
    private static func isWildcardLabel(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count <= 63, text.hasPrefix("*") else { return isLabel(text) }
        let rest = text.dropFirst()
        return rest.isEmpty || isLabel(rest) || (rest.hasPrefix("-") && isLabel(rest.dropFirst()))
    }

    /// What keeps a name from being that of a host; its first label may hold an asterisk where `wildcard` is true.
    static func problem(ofHost name: String, wildcard: Bool) -> NameError? {
        guard !name.isEmpty else { return .emptyHost }
        guard name.utf8.count <= 255 else { return .hostTooLong(name) }
        var labels = name.split(separator: ".", omittingEmptySubsequences: false)
        if wildcard {
            guard isWildcardLabel(labels[0]) else { return .badHost(name, label: String(labels[0])) }
            labels.removeFirst()
        }
        guard let top = labels.last else { return nil }
        if !top.isEmpty, top.utf8.allSatisfy(isDigit) { return .numericTopLabel(name, label: String(top)) }
        // A dot may end the name.
        if top.isEmpty { labels.removeLast() }
        return labels.first { !isLabel($0) }.map { .badHost(name, label: String($0)) }
    }

    /// `*x.example.com`, which matches no whole labels.
    static func isPartialWildcard(_ name: String) -> Bool {
        name.contains("*") && name != "*" && !name.hasPrefix("*.")
    }

    /// A label's key: a name that Kubernetes takes, perhaps with a DNS name and a slash before it.
    static func isLabelKey(_ key: String) -> Bool {
        let parts = key.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.last, name.utf8.count <= 63, isQualifiedName(name) else { return false }
        guard parts.count == 2 else { return true }
        return parts[0].utf8.count <= 253
            && parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    static func isLabelValue(_ value: String) -> Bool { value.isEmpty || isQualifiedName(value) }

    private static func isQualifiedName(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.suffix(1).first else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
