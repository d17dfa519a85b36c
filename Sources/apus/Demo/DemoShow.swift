import Glibc

/// The demonstration as it runs: prints the guide and the counts, obeys keys, and knows when to end.
struct DemoShow {
    let tally: DemoTally
    let guide: DemoGuide
    let port: UInt16
    let rate: Double

    private enum Event: Sendable {
        case key(Character)
        /// Time to show the counts again.
        case tick
        /// The requests of the start are answered.
        case sent
        case end
    }

    func run(requests: Int, once: Bool, seconds: Double?) async {
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        let signals = Signals([SIGINT, SIGTERM])
        let terminal = Terminal()
        Screen.show("\(guide.text)\n")
        if terminal != nil { Screen.show("\(DemoGuide.keys)\n") }
        let inPlace = Screen.isTerminal
        var sources = [Task { for await _ in signals.stream { feed.yield(.end) } }]
        if let terminal { sources.append(Task { for await key in terminal.keys { feed.yield(.key(key)) } }) }
        if let seconds { sources.append(Self.later(.seconds(seconds)) { feed.yield(.end) }) }
        sources.append(Self.every(inPlace ? .milliseconds(200) : .seconds(1)) { feed.yield(.tick) })
        let traffic = DemoTraffic(port: port, rate: rate, tally: tally)
        if requests > 0 {
            sources.append(
                Task {
                    await traffic.send(requests, of: DemoRequest.mix)
                    feed.yield(.sent)
                })
        }
        await show(events, once: once, traffic, inPlace: inPlace)
        for source in sources { source.cancel() }
        terminal?.restore()
    }

    private func show(_ events: AsyncStream<Event>, once: Bool, _ traffic: DemoTraffic, inPlace: Bool) async {
        var board = DemoBoard(table: DemoTable(tally: tally), inPlace: inPlace)
        var bursts: [Task<Void, Never>] = []
        var stream: Task<Void, Never>?
        board.show()
        loop: for await event in events {
            switch event {
            case .tick: board.show()
            case .end: break loop
            case .sent: if once { break loop }
            case .key("q"), .key("\u{4}"): break loop
            case .key("t"):
                if let running = stream {
                    running.cancel()
                    stream = nil
                } else {
                    stream = Task { await traffic.send(nil, of: DemoRequest.mix) }
                }
            case .key(let key):
                if let mix = Self.mix(for: key) { bursts.append(Task { await traffic.send(100, of: mix) }) }
            }
        }
        stream?.cancel()
        for burst in bursts { burst.cancel() }
        // A copy is on its way a moment longer than the answer that the client has.
        try? await Task.sleep(for: .milliseconds(200))
        board.show(isLast: true)
    }

    private static func mix(for key: Character) -> [DemoRequest]? {
        switch key {
        case " ": DemoRequest.mix
        case "0": [DemoRequest(path: "/mirror/0")]
        case "5": [DemoRequest(path: "/mirror/50")]
        case "1": [DemoRequest(path: "/mirror/100")]
        case "s": [DemoRequest(path: "/split")]
        default: nil
        }
    }

    private static func later(_ time: Duration, _ action: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        Task { if (try? await Task.sleep(for: time)) != nil { action() } }
    }

    private static func every(_ time: Duration, _ action: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        Task { while (try? await Task.sleep(for: time)) != nil { action() } }
    }
}
