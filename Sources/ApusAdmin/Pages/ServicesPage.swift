import ApusConfig
import ApusProxy

/// `/services`: counters of every cluster that was used, for live tables. Whoever asks twice can tell rates.
enum ServicesPage {
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        let traffic = await face.serviceTraffic()
        let used = Set(traffic.map(\.name))
        let clusters = Dictionary(
            await face.clusterReadings().filter { used.contains($0.name) }.map { ($0.name, $0) }
        ) { first, _ in first }
        // Counters are of the moment at which they were read, and that is what rates are reckoned by.
        let moment = ContinuousClock.now - start
        let milliseconds =
            Double(moment.components.seconds) * 1000 + Double(moment.components.attoseconds / 1_000_000_000_000_000)
        return .json(
            .members(
                ("milliseconds", .number(milliseconds)),
                ("services", .array(traffic.map { describe($0, clusters[$0.name]) }))))
    }

    private static let start = ContinuousClock.now

    private static func describe(_ traffic: ServiceTraffic, _ cluster: ClusterReading?) -> ConfigValue {
        func number(_ value: Int) -> ConfigValue { .number(Double(value)) }
        return .members(
            ("name", .string(traffic.name)), ("answers", number(traffic.reading.answers)),
            ("errors", number(traffic.reading.errors)), ("active", number(traffic.active)),
            (
                "copies",
                .members(
                    ("sent", number(traffic.copies)), ("failed", number(traffic.failedCopies)),
                    ("dropped", number(traffic.droppedCopies)))
            ),
            ("endpoints", number(cluster?.endpoints.count ?? 0)),
            ("usable", number(cluster?.endpoints.count { $0.isUsable } ?? 0)),
            // Milliseconds from, milliseconds below, answers.
            (
                "times",
                .array(
                    traffic.reading.timeBuckets.map { .array([number($0.from), number($0.below), number($0.count)]) })
            ))
    }
}
