import Testing

@testable import ApusProxy

@Suite struct StatTableTests {
    private enum Sample: Int, StatField {
        case upstreamRqTotal, upstreamRq2xx, upstreamRqActive
        static let allCases: [Sample] = [.upstreamRqTotal, .upstreamRq2xx, .upstreamRqActive]
        var kind: StatKind { self == .upstreamRqActive ? .gauge : .counter }
    }

    private let live: Set = ["cluster.v1.", "http.ingress.", "cluster.a.b."]
    private let fields = Sample.allCases.map { StatFieldName(name: $0.name, kind: $0.kind) }

    private func table(_ shapes: [StatGroups.Shape], _ workers: [WorkerNumbers]) -> StatTable {
        let groups = shapes.enumerated().map { StatGroups.Group(shape: $1, number: $0 + 1) }
        let merged = StatTable.merge(workers, groups, live: live)
        return StatTable(numbers: merged.numbers, histograms: merged.histograms)
    }

    private func histogram(_ values: [Int]) -> WorkerNumbers.GroupNumbers {
        let histogram = Histogram()
        for value in values { histogram.record(value) }
        return .histogram(counts: histogram.counts, total: histogram.total, sum: histogram.sum)
    }

    @Test func namesAreEnvoys() {
        #expect(Sample.upstreamRqTotal.name == "upstream_rq_total")
        #expect(Sample.upstreamRq2xx.name == "upstream_rq_2xx")
        #expect(ClusterCounter.upstreamCxHttp1Total.name == "upstream_cx_http1_total")
    }

    @Test func numbersOfAllWorkersAreAdded() {
        let workers = [
            WorkerNumbers(groups: [.counters(values: [2, 1, 1], used: [true, true, true])]), WorkerNumbers(groups: []),
            WorkerNumbers(groups: [.counters(values: [3, 0, -1], used: [true, false, true])]),
        ]
        let text = table([.counters(prefix: "cluster.v1.", fields: fields)], workers).text(StatQuery())
        #expect(
            text == """
                cluster.v1.upstream_rq_2xx: 1
                cluster.v1.upstream_rq_active: 0
                cluster.v1.upstream_rq_total: 5

                """)
    }

    @Test func whatLivesAppearsEvenWithZerosAndWhatIsGoneDoesNot() {
        let shapes: [StatGroups.Shape] = [
            .counters(prefix: "cluster.v1.", fields: fields), .counters(prefix: "cluster.gone.", fields: fields),
            .histogram(name: "cluster.gone.upstream_rq_time"), .histogram(name: "cluster.v1.upstream_rq_time"),
            .counters(prefix: "one.http_local_rate_limit.", fields: [StatFieldName(name: "ok", kind: .counter)]),
        ]
        let table = table(shapes, [])
        #expect(table.numbers.count == 4)
        #expect(table.numbers.allSatisfy { !$0.name.contains("gone") })
        #expect(table.histograms.map(\.name) == ["cluster.v1.upstream_rq_time"])
    }

    @Test func usedOnlyDropsWhatWasNeverWritten() {
        let workers = [WorkerNumbers(groups: [.counters(values: [0, 0, 0], used: [true, false, false])])]
        var query = StatQuery()
        query.usedOnly = true
        let text = table([.counters(prefix: "cluster.v1.", fields: fields)], workers).text(query)
        #expect(text == "cluster.v1.upstream_rq_total: 0\n")
    }

    @Test func aFilterIsFoundAnywhereInTheName() throws {
        let table = table([.counters(prefix: "cluster.v1.", fields: fields)], [])
        var query = StatQuery()
        query.filter = try NamePattern("rq_(total|2xx)$")
        #expect(table.text(query) == "cluster.v1.upstream_rq_2xx: 0\ncluster.v1.upstream_rq_total: 0\n")
        query.invertsFilter = true
        #expect(table.text(query) == "cluster.v1.upstream_rq_active: 0\n")
        #expect(throws: NamePattern.Failure.self) { try NamePattern("(") }
    }

    @Test func answersAreToldByCodeInAllAndApartForBothSides() {
        let codes = CodeCounters()
        codes.count(200, isInternal: true)
        codes.count(503, isInternal: false)
        codes.count(503, isInternal: false)
        let numbers = WorkerNumbers(groups: [
            .codes(all: codes.all, internal: codes.internal, external: codes.external, retried: codes.retried)
        ])
        let names = table([.codes(prefix: "cluster.v1.")], [numbers]).numbers.map { "\($0.name) \($0.value)" }
        #expect(
            names == [
                "cluster.v1.external.upstream_rq_503 2", "cluster.v1.external.upstream_rq_5xx 2",
                "cluster.v1.external.upstream_rq_completed 2", "cluster.v1.internal.upstream_rq_200 1",
                "cluster.v1.internal.upstream_rq_2xx 1", "cluster.v1.internal.upstream_rq_completed 1",
                "cluster.v1.upstream_rq_200 1", "cluster.v1.upstream_rq_503 2",
            ])
    }

    @Test func histogramsTellQuantilesOfAllWorkers() {
        let shapes = [StatGroups.Shape.histogram(name: "cluster.v1.upstream_rq_time")]
        let workers = [WorkerNumbers(groups: [histogram([1, 2, 3])]), WorkerNumbers(groups: [histogram([1000])])]
        let table = table(shapes, workers)
        #expect(table.histograms.first?.quantile(0) == 1)
        #expect(table.histograms.first?.quantile(50) == 2)
        let last = table.histograms.first?.quantile(100) ?? 0
        #expect(last >= 1000 && last < 1060)
        #expect(
            table.text(StatQuery()).hasPrefix("cluster.v1.upstream_rq_time: P0(nan,1) P25(nan,1) P50(nan,2) P75(nan,3)")
        )
        #expect(self.table(shapes, []).text(StatQuery()) == "cluster.v1.upstream_rq_time: No recorded values\n")
    }

    @Test func bucketsTakeInWhatIsNotAboveTheirBound() {
        var reading = HistogramReading(name: "h")
        if case .histogram(let counts, let total, let sum) = histogram([0, 1, 5, 6, 100_000_000]) {
            reading.add(counts: counts, total: total, sum: sum)
        }
        #expect(reading.cumulative([0.5, 1, 5, 10, 1000]) == [1, 2, 3, 4, 4])
        #expect(reading.total == 5)
    }

    @Test func jsonListsNumbersThenHistograms() {
        let shapes: [StatGroups.Shape] = [
            .counters(prefix: "cluster.v1.", fields: [fields[0]]), .histogram(name: "cluster.v1.upstream_rq_time"),
        ]
        let json = table(shapes, []).json(StatQuery())
        #expect(
            json.hasPrefix(
                #"{"stats":[{"name":"cluster.v1.upstream_rq_total","value":0},{"histograms":{"supported_quantiles":"#
                    + #"[0,25,50,75,90,95,99,99.5,99.9,100],"computed_quantiles":[{"name":"cluster.v1.upstream_rq_time","#
                    + #""values":[{"cumulative":null,"interval":null},"#))
    }

    @Test func prometheusGathersEachMetricBelowItsType() {
        let shapes: [StatGroups.Shape] = [
            .counters(prefix: "cluster.v1.", fields: fields), .counters(prefix: "cluster.a.b.", fields: [fields[0]]),
            .histogram(name: "cluster.v1.upstream_rq_time"),
        ]
        let workers = [
            WorkerNumbers(groups: [.counters(values: [5, 4, 1], used: [true, true, true]), nil, histogram([3])])
        ]
        let text = table(shapes, workers).prometheus(StatQuery(), live: live)
        #expect(
            text.hasPrefix(
                """
                # TYPE envoy_cluster_upstream_rq_total counter
                envoy_cluster_upstream_rq_total{envoy_cluster_name="a.b"} 0
                envoy_cluster_upstream_rq_total{envoy_cluster_name="v1"} 5
                # TYPE envoy_cluster_upstream_rq_xx counter
                envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="v1"} 4
                # TYPE envoy_cluster_upstream_rq_active gauge
                envoy_cluster_upstream_rq_active{envoy_cluster_name="v1"} 1
                # TYPE envoy_cluster_upstream_rq_time histogram
                envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="v1",le="0.5"} 0
                """))
        #expect(
            text.hasSuffix(
                """
                envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="v1",le="+Inf"} 1
                envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="v1"} 3
                envoy_cluster_upstream_rq_time_count{envoy_cluster_name="v1"} 1

                """))
    }
}
