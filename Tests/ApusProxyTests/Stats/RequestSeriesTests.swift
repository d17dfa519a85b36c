import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Series of requests")
struct RequestSeriesTests {
    private func key(
        _ status: Int = 200, _ flags: ApusProxy.ResponseFlags = [], isGRPC: Bool = false, grpcStatus: Int? = nil,
        isCopy: Bool = false, source: UInt8 = 1
    ) -> RequestKey {
        RequestKey(
            status: status, flags: flags, isGRPC: isGRPC, grpcStatus: grpcStatus, isCopy: isCopy, source: source)
    }

    @Test("A key tells apart all that labels tell apart")
    func keys() {
        let all = [
            key(), key(201), key(0), key(200, .faultInjected), key(200, .downstreamRemoteReset),
            key(isGRPC: true), key(isGRPC: true, grpcStatus: 0), key(isGRPC: true, grpcStatus: 16),
            key(isGRPC: true, grpcStatus: 99), key(isCopy: true), key(source: 63), key().at(1), key().at(65535),
            key().overflowing,
        ]
        #expect(Set(all).count == all.count)
        #expect(key(source: 63).at(65535).source == 63)
        #expect(key(source: 63).at(65535).destination == 65535)
        #expect(key(isCopy: true).isCopy)
        #expect(!key(1023, .init(rawValue: .max)).isCopy)
        #expect(key(-5) == key(0))
        #expect(key(isGRPC: true, grpcStatus: -1) == key(isGRPC: true, grpcStatus: 17))
        #expect(ApusProxy.ResponseFlags.names.allSatisfy { $0.flag.rawValue < 1 << 25 })
    }

    @Test("A request's own labels")
    func texts() {
        #expect(
            key(503, .upstreamOverflow).text(flags: "UO") == """
                request_protocol="http",response_code="503",grpc_response_status="",response_flags="UO",\
                connection_security_policy="unknown"
                """)
        #expect(key(isGRPC: true, grpcStatus: 14).text(flags: "-").contains("grpc_response_status=\"14\""))
        #expect(key(isGRPC: true, grpcStatus: 1 << 40).text(flags: "-").contains("grpc_response_status=\"-1\""))
        #expect(key(isGRPC: true).text(flags: "-").hasPrefix("request_protocol=\"grpc\",response_code=\"200\""))
    }

    @Test("Buckets are those that are written")
    func buckets() {
        let bounds = HistogramReading.standardBounds
        #expect(bounds.count == RequestSeries.buckets - 1)
        var values = bounds.flatMap { [Int($0) - 1, Int($0), Int($0) + 1] }
        values += [-1, 0, .max, .min]
        for value in values {
            let first = bounds.firstIndex { Double(value) <= $0 } ?? bounds.count
            #expect(RequestSeries.bucket(of: value) == first, "\(value)")
        }
    }

    @Test("Values of labels are escaped, empty ones are unknown")
    func escaping() {
        var labels = DestinationLabels()
        labels.service = "a\"b\\c\nd"
        #expect(labels.text.contains("destination_service=\"a\\\"b\\\\c\\nd\",destination_service_name=\"unknown\""))
    }

    @Test("Beyond what a table holds, only the sender is known")
    func bounds() {
        let table = RequestSeriesTable(capacity: 2)
        var labels = DestinationLabels()
        labels.service = "web.default.svc.cluster.local"
        let web = labels.number
        for status in [200, 201, 202, 203, 200] {
            table.series(key(status, source: 0).at(web), flags: "-").count()
        }
        let readings = RequestReading.merge(table.numbers)
        #expect(readings.map(\.numbers.requests).sorted() == [1, 2, 2])
        let rest = readings.first { $0.labels.contains("response_code=\"unknown\"") }
        #expect(rest?.numbers.requests == 2)
        #expect(rest?.labels.contains("destination_service=\"unknown\"") == true)
    }

    @Test("Sets of labels have their numbers for ever, and no more than there is room for")
    func sets() {
        let sets = LabelSets(capacity: 3, unknown: "none")
        #expect(sets.number(of: "none") == 0)
        #expect(sets.number(of: "a") == 1)
        #expect(sets.number(of: "b") == 2)
        #expect(sets.number(of: "c") == 0)
        #expect(sets.number(of: "a") == 1)
        #expect(sets.texts == ["none", "a", "b"])
    }

    @Test("A cluster that is not there still tells its service by its name")
    func missing() {
        let service = DestinationLabels(missingCluster: "outbound|9080|v9|reviews.shop.svc.cluster.local")
        #expect(service.service == "reviews.shop.svc.cluster.local")
        #expect(service.serviceName == "reviews")
        #expect(service.serviceNamespace == "shop")
        let outside = DestinationLabels(missingCluster: "outbound|443||example.com")
        #expect(outside.service == "example.com")
        #expect(outside.serviceName == "example.com")
        #expect(outside.serviceNamespace.isEmpty)
        #expect(DestinationLabels(missingCluster: "v1").service.isEmpty)
    }

    @Test("A cluster without labels of Istio is unknown, and so is its endpoint")
    func unlabelled() {
        let labels = DestinationLabels(Cluster(name: "v1")).at(Metadata())
        #expect(labels.text == DestinationLabels().text)
        #expect(labels.number == 0)
    }

    @Test("Numbers are reset, series stay")
    func reset() {
        let table = RequestSeriesTable()
        table.series(key(), flags: "-").record(milliseconds: 3, received: 10, sent: 100)
        table.reset()
        let numbers = table.numbers
        #expect(numbers.count == 1)
        #expect(numbers.first?.requests == 0)
        #expect(numbers.first?.histograms.allSatisfy { $0 == 0 } == true)
    }
}
