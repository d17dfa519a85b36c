import Testing

@testable import ApusProxy

struct PriorityLoadsTests {
    private typealias Census = PriorityLoads.Census

    private func levels(_ priorities: [Census], panicThreshold: Double = 50) -> [PriorityLoads.Level] {
        PriorityLoads(priorities, overprovisioning: 140, panicThreshold: panicThreshold).levels
    }

    @Test func `the first priority takes everything while most of it is usable`() {
        let levels = levels([Census(priority: 0, total: 4, healthy: 3), Census(priority: 1, total: 4, healthy: 4)])
        #expect(levels == [.init(priority: 0, endpoints: .healthy, upTo: 100)])
    }

    @Test func `what the first priority cannot take goes to the next`() {
        let levels = levels([Census(priority: 0, total: 2, healthy: 1), Census(priority: 1, total: 1, healthy: 1)])
        #expect(
            levels == [
                .init(priority: 0, endpoints: .healthy, upTo: 70), .init(priority: 1, endpoints: .healthy, upTo: 100),
            ])
    }

    @Test func `a priority without usable endpoints is passed over`() {
        let levels = levels([Census(priority: 0, total: 2), Census(priority: 3, total: 1, healthy: 1)])
        #expect(levels == [.init(priority: 3, endpoints: .healthy, upTo: 100)])
    }

    @Test func `with too few usable endpoints all are used`() {
        #expect(
            levels([Census(priority: 0, total: 4, healthy: 1)]) == [
                .init(priority: 0, endpoints: .all, upTo: 100)
            ])
    }

    @Test func `endpoints that drain do not count among all`() {
        #expect(
            levels([Census(priority: 0, total: 3, healthy: 1, draining: 1)]) == [
                .init(priority: 0, endpoints: .healthy, upTo: 100)
            ])
    }

    @Test func `with none usable anywhere priorities share by size`() {
        let levels = levels([Census(priority: 0, total: 1), Census(priority: 1, total: 3)])
        #expect(
            levels == [
                .init(priority: 0, endpoints: .all, upTo: 25), .init(priority: 1, endpoints: .all, upTo: 100),
            ])
    }

    @Test func `a threshold of zero means no panic`() {
        #expect(levels([Census(priority: 0, total: 2)], panicThreshold: 0).isEmpty)
        #expect(
            levels([Census(priority: 0, total: 10, healthy: 1)], panicThreshold: 0) == [
                .init(priority: 0, endpoints: .healthy, upTo: 100)
            ])
    }

    @Test func `degraded endpoints take what healthy ones cannot`() {
        let levels = levels([Census(priority: 0, total: 2, healthy: 1, degraded: 1)])
        #expect(
            levels == [
                .init(priority: 0, endpoints: .healthy, upTo: 70), .init(priority: 0, endpoints: .degraded, upTo: 100),
            ])
    }

    @Test func `turns by weight are shared out as the weights are`() {
        var random = RandomSource(seed: 3)
        var turns = WeightedTurns(count: 3, random: &random)
        var counts = [0, 0, 0]
        let weights = [1.0, 2, 5]
        for _ in 0..<800 { if let index = turns.next(weight: { weights[$0] }) { counts[index] += 1 } }
        #expect((98...102).contains(counts[0]))
        #expect((198...202).contains(counts[1]))
        #expect((498...502).contains(counts[2]))
    }
}
