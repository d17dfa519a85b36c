/// Requests of the demonstration's own, at an even pace over a few connections.
struct DemoTraffic: Sendable {
    let port: UInt16
    let rate: Double
    let tally: DemoTally
    private static let lanes = 4

    /// Sends `count` requests, going round in `mix`; endless when nil. Returns when the last is answered.
    func send(_ count: Int?, of mix: [DemoRequest]) async {
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask { await send(from: lane, to: count ?? .max, of: mix, since: start) }
            }
        }
    }

    private func send(from first: Int, to count: Int, of mix: [DemoRequest], since start: ContinuousClock.Instant) async
    {
        var client: DemoClient?
        for number in stride(from: first, to: count, by: Self.lanes) {
            let due = start + .seconds(Double(number) / rate)
            guard (try? await Task.sleep(until: due)) != nil else { break }
            if client?.isOpen != true { client = try? await DemoClient.connect(port: port) }
            let status = (try? await client?.send(mix[number % mix.count])) ?? 0
            tally.count("client", status: status)
        }
        await client?.close()
    }
}
