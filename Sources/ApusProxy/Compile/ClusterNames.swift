/// The names of a configuration's clusters in order, and the position of each.
struct ClusterNames {
    let list: [String]
    /// Of a name that is there twice, the first counts.
    let index: [String: Int]
    /// Every name of the configuration before is where it was; there may be new ones behind them.
    let areKept: Bool

    init(_ names: [String], after previous: Snapshot? = nil) {
        list = names
        guard let previous, previous.clusters.count <= names.count,
            zip(previous.clusters, names).allSatisfy({ $0.name == $1 })
        else {
            areKept = false
            index = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            return
        }
        areKept = true
        var index = previous.clusterIndex
        for position in previous.clusters.count..<names.count where index[names[position]] == nil {
            index[names[position]] = position
        }
        self.index = index
    }
}
