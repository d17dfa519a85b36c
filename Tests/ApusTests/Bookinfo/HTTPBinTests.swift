import Foundation
import Testing

@testable import apus

@Suite("The httpbin tasks, each as its file says")
struct HTTPBinTests {
    @Test("All to v1: v2 sees nothing")
    func allV1() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("httpbin/all-v1.yaml")
            let answers = try await Bookinfo.repeated(40) { try await bookinfo.httpbin("/get") }
            #expect(answers.allSatisfy { $0.status == 200 && $0.headers["x-version"] == ["v1"] })
            #expect(bookinfo.tally["v1"].requests == 40)
            #expect(bookinfo.tally["v2"].requests == 0)
        }
    }

    @Test("Copies of all requests: v2 sees as many as v1, under the host's name with -shadow")
    func mirrorAll() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("httpbin/all-v1.yaml", "httpbin/mirror-100.yaml")
            let answers = try await Bookinfo.repeated(60) { try await bookinfo.httpbin("/get") }
            #expect(answers.allSatisfy { $0.status == 200 && $0.headers["x-version"] == ["v1"] })
            try await bookinfo.settle("v2", at: 60)
            #expect(bookinfo.tally["v1"].requests == 60)
            #expect(bookinfo.tally["v1"].mirrored == 0)
            #expect(bookinfo.tally["v2"].requests == 60)
            #expect(bookinfo.tally["v2"].mirrored == 60)
            #expect(try await bookinfo.count("upstream_rq_total", subset: "v2") == 60)
            // And no more from the next change on.
            try await bookinfo.apply("httpbin/all-v1.yaml")
            _ = try await bookinfo.httpbin("/get")
            #expect(bookinfo.tally["v2"].requests == 60)
        }
    }

    @Test("Copies of half of the requests")
    func mirrorHalf() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("httpbin/all-v1.yaml", "httpbin/mirror-50.yaml")
            let answers = try await Bookinfo.repeated(400) { try await bookinfo.httpbin("/get") }
            #expect(answers.allSatisfy { $0.status == 200 && $0.headers["x-version"] == ["v1"] })
            #expect(bookinfo.tally["v1"].requests == 400)
            try await bookinfo.settle("v2", at: try await bookinfo.count("upstream_rq_total", subset: "v2"))
            // 4 sigma: of 400 at a half, the root of 400/4 is 10.
            #expect((160...240).contains(bookinfo.tally["v2"].requests))
            #expect(bookinfo.tally["v2"].mirrored == bookinfo.tally["v2"].requests)
        }
    }

    @Test("One connection and one that waits: alone nobody is refused; of two and three callers some are")
    func circuitBreaker() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("httpbin/all-v1.yaml", "httpbin/circuit-breaker.yaml")
            let alone = try await bookinfo.refused(callers: 1, requests: 60)
            #expect(alone == 0)
            let ofTwo = try await bookinfo.refused(callers: 2, requests: 60)
            let ofThree = try await bookinfo.refused(callers: 3, requests: 60)
            #expect(ofTwo < 60)
            #expect(ofThree > 0 && ofThree < 60)
            let refused = ofTwo + ofThree
            #expect(try await bookinfo.count("upstream_rq_pending_overflow", subset: "v1") == refused)
            #expect(bookinfo.tally["v1"].requests == 180 - refused)
            #expect(try await bookinfo.count("upstream_cx_total", subset: "v1") == 180 - refused)
        }
    }
}

extension Bookinfo {
    /// Waits until a version has seen so many requests: copies come a moment after the answers.
    fileprivate func settle(_ version: String, at count: Int) async throws {
        for _ in 0..<200 where tally[version].requests < count { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// How many requests of so many callers at a time the circuit breaker refuses; all others are answered.
    fileprivate func refused(callers: Int, requests: Int) async throws -> Int {
        let answers = try await Self.repeated(requests, atATime: callers) { try await httpbin("/delay/0.02") }
        let refused = answers.filter { $0.status == 503 }
        #expect(answers.count { $0.status == 200 } + refused.count == requests)
        #expect(refused.allSatisfy { $0.body.contains("reset reason: overflow") })
        #expect(refused.allSatisfy { $0.headers["x-envoy-overloaded"] == ["true"] })
        return refused.count
    }
}
