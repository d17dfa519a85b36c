/// The weights of a split add up to something, and to no more than 32 bits hold.
enum Weights {
    static func check(_ clusters: [WeightedCluster], at list: Field) {
        guard !list.elements.isEmpty else {
            list.report(.emptyList)
            return
        }
        let total = clusters.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
        if total == 0, clusters.count == list.elements.count { list.report(.noWeight) }
        if total > UInt64(UInt32.max) { list.report(.tooMuchWeight(total)) }
    }
}
