/// Values by host, where a host may be `*` and a suffix. Case does not count. What a host finds does not depend on how
/// many there are.
struct HostTable<Value> {
    private var exact: [String: Value] = [:]
    /// By what follows the `*`.
    private var bySuffix: [String: Value] = [:]
    /// Of suffixes in bytes, the longest first.
    private var lengths: [Int] = []

    var isEmpty: Bool { exact.isEmpty && bySuffix.isEmpty }

    /// What is kept for exactly this host, as it is spelt here.
    subscript(host: String) -> Value? {
        get {
            let key = host.lowercased()
            return key.hasPrefix("*") ? bySuffix[String(key.dropFirst())] : exact[key]
        }
        set {
            let key = host.lowercased()
            guard key.hasPrefix("*") else {
                exact[key] = newValue
                return
            }
            let suffix = String(key.dropFirst())
            bySuffix[suffix] = newValue
            let length = suffix.utf8.count
            if !lengths.contains(length) {
                lengths.append(length)
                lengths.sort(by: >)
            }
        }
    }

    subscript(host: String, default value: @autoclosure () -> Value) -> Value {
        get { self[host] ?? value() }
        set { self[host] = newValue }
    }

    /// The value of the host itself, else of the longest wildcard that covers it; `host` may be a wildcard, too.
    func mostSpecific(_ host: String) -> Value? {
        if let value = self[host] { return value }
        let key = host.lowercased()
        let name = key.utf8.dropFirst(key.hasPrefix("*") ? 1 : 0)
        for length in lengths where length <= name.count {
            if let suffix = String(name.suffix(length)), let value = bySuffix[suffix] { return value }
        }
        return nil
    }

    /// Whether a wildcard `host` covers one of those that are here.
    func hasAny(within host: String) -> Bool {
        guard host.hasPrefix("*") else { return false }
        let suffix = host.dropFirst().lowercased()
        return exact.keys.contains { $0.hasSuffix(suffix) } || bySuffix.keys.contains { $0.hasSuffix(suffix) }
    }
}
