import ApusConfig
import Testing

@testable import ApusProxy

extension WireProxy {
    /// A sidecar of these rules, on a port of its own. `labels`: of its workload.
    static func start(
        rules text: String, labels: [String: String] = [:], workers: Int = 1
    ) async throws -> WireProxy {
        try await start(configuration(ofRules: text, labels: labels), workers: workers)
    }

    static func configuration(ofRules text: String, labels: [String: String] = [:]) throws -> LoadResult {
        let reading = RuleReader.read(text: text, file: "rules.yaml")
        try #require(reading.errors.isEmpty, "\(reading.errors)")
        var rules = RuleSet()
        for rule in reading.rules { rules.apply(rule) }
        var identity = ProxyIdentity()
        identity.labels = labels
        identity.outbound = .socket(host: "127.0.0.1", port: 0)
        let compiled = RuleCompiler(identity: identity).compile(rules)
        var bootstrap = Bootstrap()
        bootstrap.staticResources.listeners = compiled.listeners
        bootstrap.staticResources.clusters = compiled.clusters
        for index in bootstrap.staticResources.listeners.indices {
            bootstrap.staticResources.listeners[index].name = "test"
        }
        return LoadResult(bootstrap: bootstrap, diagnostics: [], document: .object([]))
    }

    /// All statistics as Prometheus reads them. `query`: which.
    func prometheus(_ query: StatQuery = StatQuery()) async -> String {
        let table = await StatTable(
            workers: proxy.numbers(), clusters: proxy.clusterReadings(), listeners: proxy.listenerReadings(),
            server: proxy.serverReading())
        return table.prometheus(query, live: [])
    }

    /// The series of a metric whose labels contain all of these.
    func series(_ metric: String, _ labels: String...) async -> [WireSeries] {
        await prometheus().split(separator: "\n").compactMap { WireSeries($0, of: metric) }
            .filter { series in labels.allSatisfy { series.text.contains($0) } }
    }

    /// What a metric counts under labels that contain all of these.
    func sum(_ metric: String, _ labels: String...) async -> Int {
        await prometheus().split(separator: "\n").compactMap { WireSeries($0, of: metric) }
            .filter { series in labels.allSatisfy { series.text.contains($0) } }
            .reduce(0) { $0 + $1.value }
    }
}

/// A line of Prometheus' text.
struct WireSeries {
    /// The labels as they are written.
    let text: String
    let value: Int

    init?(_ line: Substring, of metric: String) {
        guard line.hasPrefix("\(metric){"), let end = line.lastIndex(of: "}"),
            let value = Int(line[end...].dropFirst(2))
        else { return nil }
        text = String(line[..<end].dropFirst(metric.count + 1))
        self.value = value
    }

    /// By name; for values without commas.
    var labels: [String: String] {
        var labels: [String: String] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { labels[String(pair[0])] = String(pair[1].dropFirst().dropLast()) }
        }
        return labels
    }
}
