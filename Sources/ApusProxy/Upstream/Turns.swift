/// Whose turn it is among endpoints of equal weight. Owned by one worker's cluster and kept when its balancer is made
/// anew: an endpoint that goes out or comes back must not put the others' turns out of order.
final class Turns {
    private let seed: UInt64
    private var turns: [Key: Turn] = [:]

    private struct Key: Hashable {
        let priority: UInt32
        let endpoints: PriorityLoads.Endpoints
    }

    /// Workers (and proxies of a fleet) must not all begin with the same endpoint.
    init(seed: UInt64) { self.seed = seed }

    func turn(of priority: UInt32, _ endpoints: PriorityLoads.Endpoints) -> Turn {
        let key = Key(priority: priority, endpoints: endpoints)
        if let known = turns[key] { return known }
        let turn = Turn(seed)
        turns[key] = turn
        return turn
    }
}

final class Turn {
    private var count: UInt64

    init(_ count: UInt64) { self.count = count }

    /// A number below `hosts`, which is not 0.
    @inline(__always)
    func next(of hosts: Int) -> Int {
        defer { count &+= 1 }
        return Int(count % UInt64(hosts))
    }
}
