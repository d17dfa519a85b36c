import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

@Suite("New endpoints start slowly")
struct SlowStartTests {
    private func slow(_ seconds: Int, aggression: Double = 1, least: Double = 10) -> SlowStart {
        SlowStart(
            SlowStartSettings(window: .seconds(seconds), aggression: aggression, minimumPercent: least),
            ages: EndpointAges())
    }

    private func seconds(_ number: Double) -> Int64 { Int64(number * 1e9) }

    @Test("The share grows with time to the whole, and is never less than it is at least")
    func growing() {
        let slow = slow(100)
        #expect(slow.factor(age: 0) == 0.1)
        #expect(slow.factor(age: seconds(5)) == 0.1)
        #expect(slow.factor(age: seconds(50)) == 0.5)
        #expect(slow.factor(age: seconds(100)) == 1)
        #expect(slow.factor(age: .max) == 1)
    }

    @Test("An aggression above 1 is faster at the beginning, one below slower")
    func aggression() {
        #expect(abs(slow(100, aggression: 2).factor(age: seconds(25)) - 0.5) < 0.001)
        #expect(abs(slow(100, aggression: 0.5).factor(age: seconds(50)) - 0.25) < 0.001)
        #expect(abs(slow(100, least: 0).factor(age: 0) - 0.00001) < 0.000001)
    }

    @Test("Turns follow the shares, and the weights they are shares of")
    func turns() {
        var random = RandomSource(seed: 7)
        var turns = WeightedTurns(count: 2, random: &random)
        let weights = [1, slow(100).factor(age: 0)]
        let chosen = (0..<1100).compactMap { _ in turns.next { weights[$0] } }
        #expect((90...115).contains(chosen.count { $0 == 1 }))
    }

    @Test("A cluster that is configured anew knows how old its endpoints are; those that went are new again")
    func ages() throws {
        let first = try SocketAddress(ipAddress: "10.1.1.1", port: 80)
        let second = try SocketAddress(ipAddress: "10.1.1.2", port: 80)
        func cluster(_ hosts: [String], after before: CompiledCluster? = nil) -> CompiledCluster {
            var cluster = Cluster(name: "slow")
            cluster.slowStart = SlowStartSettings(window: .seconds(100))
            cluster.loadAssignment.endpoints = hosts.map { Endpoint(address: .socket(host: $0, port: 80)) }
            return CompiledCluster(cluster, limits: HTTP1Limits(), after: before)
        }
        func since(_ address: SocketAddress, _ cluster: CompiledCluster, _ now: Int64) throws -> Int64 {
            let ages = try #require(cluster.slowStart).ages
            return Int64(ages.since(address, now: .uptimeNanoseconds(UInt64(now))).uptimeNanoseconds)
        }
        let one = cluster(["10.1.1.1"])
        #expect(try since(first, one, 100) == 100)
        #expect(try since(first, one, 200) == 100)
        let two = cluster(["10.1.1.1", "10.1.1.2"], after: one)
        #expect(try since(first, two, 300) == 100)
        #expect(try since(second, two, 300) == 300)
        let three = cluster(["10.1.1.2"], after: two)
        #expect(try since(second, three, 400) == 300)
        #expect(try since(first, three, 400) == 400)
    }

    @Test("An endpoint that is added gets less than its share", arguments: ["ROUND_ROBIN", "LEAST_REQUEST"])
    func added(policy: String) async throws {
        let old = try await WireUpstream.answering("old")
        let new = try await WireUpstream.answering("new")
        func configuration(_ upstreams: [WireUpstream]) -> String {
            let settings = "\(policy.lowercased())_lb_config"
            let endpoints = upstreams.map {
                "{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: \($0.port) } } } }"
            }
            return WireProxy.configuration(
                routes: "[{ match: { prefix: / }, route: { cluster: slow } }]",
                clusters: [
                    """
                    { name: slow, type: STATIC, lb_policy: \(policy), \(settings): { slow_start_config: \
                    { slow_start_window: 3600s, min_weight_percent: { value: 0 } } }, load_assignment: \
                    { cluster_name: slow, endpoints: [{ lb_endpoints: [\(endpoints.joined(separator: ", "))] }] } }
                    """
                ])
        }
        let proxy = try await WireProxy.start(configuration([old]), workers: 1)
        #expect(try await proxy.get().body.hasPrefix("old"))
        try await Task.sleep(for: .seconds(3))
        try await proxy.proxy.replace(with: WireProxy.load(configuration([old, new])))
        let start = ContinuousClock.now
        var answers = 0
        for _ in 0..<60 where try await proxy.get().body.hasPrefix("new") { answers += 1 }
        // Their shares are as their ages, at most as they are at the end.
        let age = (ContinuousClock.now - start) / .seconds(1)
        #expect(Double(answers) / 60 <= age / (3 + 2 * age) + 0.1, "\(answers) of 60 in \(age) s")
        await proxy.stop()
        await old.stop()
        await new.stop()
    }
}
