import ApusConfig
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import ApusProxy

struct ResolverTests {
    @Test func `a name is resolved before the configuration takes effect`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.1", "10.0.0.2"])
        let cluster = world.cluster(.strictDNS, ["web.test"])
        await world.resolver.replace([cluster], workers: [])
        #expect(cluster.addresses == ["10.0.0.1:80", "10.0.0.2:80"])
        #expect(cluster.endpoints.map(\.hostname) == ["web.test", "web.test"])
        await world.resolver.stop()
    }

    @Test func `a logical cluster uses the first address`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.2", "10.0.0.1"])
        let cluster = world.cluster(.logicalDNS, ["web.test"])
        await world.resolver.replace([cluster], workers: [])
        #expect(cluster.addresses == ["10.0.0.2:80"])
        await world.resolver.stop()
    }

    @Test func `an address needs no look-up`() async throws {
        let world = World()
        let cluster = world.cluster(.strictDNS, ["127.0.0.9"])
        await world.resolver.replace([cluster], workers: [])
        #expect(cluster.addresses == ["127.0.0.9:80"])
        #expect(world.asked == 0)
        await world.resolver.stop()
    }

    @Test func `names are asked for again and changes are taken over`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.1"])
        let cluster = world.cluster(.strictDNS, ["web.test"]) { $0.dnsRefreshRate = .seconds(3) }
        await world.resolver.replace([cluster], workers: [])
        world.answer("web.test", ["10.0.0.1", "10.0.0.7"])
        #expect(await world.pass() == .seconds(3))
        await world.untilAsked(2)
        await expect { cluster.addresses == ["10.0.0.1:80", "10.0.0.7:80"] }
        #expect(cluster.membership.changes.load(ordering: .relaxed) == 2)
        await world.resolver.stop()
    }

    @Test func `another order of the same addresses is no change`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.1", "10.0.0.2"])
        let cluster = world.cluster(.strictDNS, ["web.test"])
        await world.resolver.replace([cluster], workers: [])
        world.answer("web.test", ["10.0.0.2", "10.0.0.1"])
        _ = await world.pass()
        await expect { cluster.membership.unchanged.load(ordering: .relaxed) == 1 }
        #expect(cluster.addresses == ["10.0.0.1:80", "10.0.0.2:80"])
        await world.resolver.stop()
    }

    @Test func `a failed look-up keeps what is known`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.1"])
        let cluster = world.cluster(.strictDNS, ["web.test"])
        await world.resolver.replace([cluster], workers: [])
        world.fail("web.test")
        _ = await world.pass()
        await expect { cluster.membership.failures.load(ordering: .relaxed) == 1 }
        #expect(cluster.addresses == ["10.0.0.1:80"])
        await world.resolver.stop()
    }

    @Test func `a name that is known to have no addresses has no endpoints`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.1"])
        let cluster = world.cluster(.strictDNS, ["web.test"])
        await world.resolver.replace([cluster], workers: [])
        world.answer("web.test", [])
        _ = await world.pass()
        await expect { cluster.addresses.isEmpty }
        await world.resolver.stop()
    }

    @Test func `a name that does not resolve leaves the cluster empty and holds nothing up`() async throws {
        let world = World()
        world.fail("web.test")
        let cluster = world.cluster(.strictDNS, ["web.test"])
        await world.resolver.replace([cluster], workers: [])
        #expect(cluster.endpoints.isEmpty)
        await world.resolver.stop()
    }

    @Test func `a name server that says nothing is waited for, but not for ever`() async throws {
        let world = World()
        world.hang("web.test")
        let cluster = world.cluster(.strictDNS, ["web.test"])
        let resolver = world.resolver
        let replaced = Task { await resolver.replace([cluster], workers: []) }
        #expect(await world.pass() == .seconds(5))
        await replaced.value
        #expect(cluster.endpoints.isEmpty)
        await resolver.stop()
    }

    @Test func `failures are asked for again after times that grow`() throws {
        var cluster = Cluster(name: "c", type: .strictDNS)
        cluster.dnsFailureRefreshRate = DNSFailureRefreshRate(baseInterval: .seconds(2), maxInterval: .seconds(7))
        var schedule = RefreshSchedule(cluster)
        var random = RandomSource(seed: 1)
        func longest() -> Duration {
            var most = Duration.zero
            for _ in 0..<500 {
                var copy = schedule
                most = max(most, copy.afterFailure(using: &random))
            }
            return most
        }
        for limit in [2, 4, 7, 7] {
            #expect(longest() > .seconds(limit) * 0.9 && longest() <= .seconds(limit))
            _ = schedule.afterFailure(using: &random)
        }
        #expect(schedule.afterSuccess(using: &random) == .seconds(5))
        #expect(longest() <= .seconds(2))
    }

    @Test func `a cluster that a reload keeps is not asked for anew`() async throws {
        let world = World()
        world.answer("web.test", ["10.0.0.1"])
        world.answer("new.test", ["10.0.0.2"])
        let kept = world.cluster(.strictDNS, ["web.test"])
        await world.resolver.replace([kept], workers: [])
        let new = world.cluster(.strictDNS, ["new.test"])
        await world.resolver.replace([kept, new], workers: [])
        #expect(world.asked == 2)
        #expect(new.addresses == ["10.0.0.2:80"])
        await world.resolver.stop()
    }

    @Test func `the system knows localhost in both families`() async throws {
        let system = SystemLookUp()
        let four = try await system.addresses(of: "localhost", family: .v4Only)
        #expect(four.compactMap(\.ipAddress) == ["127.0.0.1"])
        let preferred = try await system.addresses(of: "localhost", family: .v4Preferred)
        #expect(preferred.first?.ipAddress == "127.0.0.1")
        #expect(try await system.addresses(of: "localhost", family: .all).contains { $0.ipAddress == "127.0.0.1" })
        system.stop()
    }

    /// Waits for what another task does.
    private func expect(_ condition: () -> Bool) async {
        for _ in 0..<1000 where !condition() { try? await Task.sleep(for: .milliseconds(1)) }
        #expect(condition())
    }
}

/// Names with the answers that a test gives, and time that passes when the test says so.
private final class World: Sendable {
    private enum Answer: Sendable {
        case addresses([String])
        case failure
        case silence
    }

    private struct State {
        var answers: [String: Answer] = [:]
        var asked = 0
        var sleepers: [(duration: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private struct NoAnswer: Error {}

    private let state = NIOLockedValueBox(State())
    let resolver: Resolver

    init() {
        let state = state
        resolver = Resolver(
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            lookUp: { name, _ in
                let answer = state.withLockedValue { state in
                    state.asked += 1
                    return state.answers[name]
                }
                switch answer {
                case .addresses(let texts): return try texts.map { try SocketAddress(ipAddress: $0, port: 0) }
                case .silence:
                    try await Task.sleep(for: .seconds(60))
                    return []
                case .failure, nil: throw NoAnswer()
                }
            },
            random: RandomSource(seed: 1),
            sleep: { duration in
                await withCheckedContinuation { continuation in
                    state.withLockedValue { $0.sleepers.append((duration, continuation)) }
                }
                try Task.checkCancellation()
            })
    }

    deinit {
        for sleeper in state.withLockedValue({ $0.sleepers }) { sleeper.continuation.resume() }
    }

    func answer(_ name: String, _ addresses: [String]) {
        state.withLockedValue { $0.answers[name] = .addresses(addresses) }
    }
    func fail(_ name: String) { state.withLockedValue { $0.answers[name] = .failure } }
    func hang(_ name: String) { state.withLockedValue { $0.answers[name] = .silence } }

    var asked: Int { state.withLockedValue { $0.asked } }

    /// Lets everybody who sleeps wake up; tells how long the last to fall asleep would have slept.
    func pass() async -> Duration? {
        for _ in 0..<1000 {
            let sleepers = state.withLockedValue { state in
                defer { state.sleepers = [] }
                return state.sleepers
            }
            for sleeper in sleepers { sleeper.continuation.resume() }
            if let last = sleepers.last { return last.duration }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return nil
    }

    func untilAsked(_ count: Int) async {
        for _ in 0..<1000 where asked < count { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func cluster(
        _ type: DiscoveryType, _ names: [String], _ adjust: (inout Cluster) -> Void = { _ in }
    ) -> CompiledCluster {
        var cluster = Cluster(name: "c", type: type)
        cluster.loadAssignment.endpoints = names.map { Endpoint(address: .socket(host: $0, port: 80)) }
        adjust(&cluster)
        return CompiledCluster(cluster, limits: HTTP1Limits())
    }
}

extension CompiledCluster {
    fileprivate var addresses: [String] { endpoints.map(\.address.hostAndPort) }
}
