/// Answers counted by status, together and apart for internal and external requests.
final class CodeCounters {
    /// Indexed by status, 100...599; made when the first answer of the kind is counted.
    private(set) var all: [Int] = []
    private(set) var `internal`: [Int] = []
    private(set) var external: [Int] = []
    /// Of answers that were thrown away for another try; the others do not count these.
    private(set) var retried: [Int] = []

    @inline(__always)
    func count(_ status: Int, isInternal: Bool) {
        guard status >= 100, status < 600 else { return }
        if all.isEmpty { all = Array(repeating: 0, count: 600) }
        all[status] &+= 1
        if isInternal {
            if `internal`.isEmpty { `internal` = Array(repeating: 0, count: 600) }
            `internal`[status] &+= 1
        } else {
            if external.isEmpty { external = Array(repeating: 0, count: 600) }
            external[status] &+= 1
        }
    }

    func countRetried(_ status: Int) {
        guard status >= 100, status < 600 else { return }
        if retried.isEmpty { retried = Array(repeating: 0, count: 600) }
        retried[status] &+= 1
    }

    func reset() {
        all = []
        `internal` = []
        external = []
        retried = []
    }
}
