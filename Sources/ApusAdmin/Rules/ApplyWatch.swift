import ApusConfig
import ApusProxy

/// Looks at what a change does to the answers of the services that it is about, for a while, and decides whether to go
/// back.
struct ApplyWatch: Sendable {
    let revision: Int
    let terms: Terms
    let since: String
    var state = State.watching
    /// Since the change.
    var answers = 0
    var errorRate = 0.0
    /// Milliseconds.
    var p99: Double?

    enum State: Sendable, Equatable {
        case watching
        /// The time is over and nothing was wrong.
        case passed
        /// The revision that was in force before is in force again, and why.
        case wentBack(String)
        /// Somebody has changed something else meanwhile.
        case overtaken(by: Int)
        /// Going back was refused.
        case stuck(String)
    }

    /// Answers below which a share of errors says nothing.
    static let fewest = 10

    /// How long to look, and what is too bad.
    struct Terms: Sendable, Equatable {
        var length: Duration
        /// 0 to 1.
        var mostErrors: Double?
        /// Milliseconds.
        var slowest: Double?
        var text: String
    }

    /// Why to go back; nil: there is no reason so far.
    func reason(_ reading: ServiceReading) -> String? {
        guard reading.answers + reading.lost >= Self.fewest else { return nil }
        if let most = terms.mostErrors, reading.errorRate > most {
            return "error_rate is \(Self.percent(reading.errorRate)), more than \(Self.percent(most))"
        }
        if let slowest = terms.slowest, let p99 = reading.time(percent: 99), p99 > slowest {
            return "p99 is \(Int(p99.rounded())) ms, more than \(Int(slowest.rounded())) ms"
        }
        return nil
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10)%" }

    var json: ConfigValue {
        var members: [(String, ConfigValue)] = [
            ("revision", .number(Double(revision))), ("since", .string(since)),
            ("length", .string("\(terms.length.components.seconds)s")), ("abort_if", .string(terms.text)),
            ("state", .string(state.name)), ("answers", .number(Double(answers))),
            ("error_rate", .number((errorRate * 10_000).rounded() / 10_000)),
        ]
        if let p99 { members.append(("p99_ms", .number(p99.rounded()))) }
        if let reason = state.reason { members.append(("reason", .string(reason))) }
        return .object(members.map { ConfigMember(name: $0.0, value: $0.1) })
    }
}

extension ApplyWatch.State {
    var name: String {
        switch self {
        case .watching: "watching"
        case .passed: "passed"
        case .wentBack: "rolled back"
        case .overtaken: "overtaken"
        case .stuck: "stuck"
        }
    }

    var reason: String? {
        switch self {
        case .watching, .passed: nil
        case .wentBack(let reason), .stuck(let reason): reason
        case .overtaken(let revision): "revision \(revision) came meanwhile"
        }
    }
}

extension ApplyWatch.Terms {
    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    /// From `watch=60s` and `abort_if=error_rate > 2%, p99 > 300ms`; nil when neither is there.
    init?(_ request: AdminRequest) throws {
        try self.init(watch: request["watch"], abortIf: request["abort_if"])
    }

    init?(watch: String?, abortIf: String?) throws {
        guard watch != nil || abortIf != nil else { return nil }
        let watch = watch ?? "60s"
        guard let length = RuleDuration.parse(watch), length > .zero, length <= .seconds(86_400) else {
            throw Wrong(description: "watch is a time such as 60s, and not '\(watch)'")
        }
        self.init(length: length, text: abortIf ?? "error_rate > 5%")
        for part in text.split(separator: ",") { try read(String(part)) }
        if mostErrors == nil, slowest == nil { throw Wrong(description: "abort_if says nothing") }
    }

    private mutating func read(_ part: String) throws {
        let sides = part.split(separator: ">", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard sides.count == 2 else { throw Self.wrong(part) }
        switch sides[0] {
        case "error_rate":
            let hasSign = sides[1].hasSuffix("%")
            guard let number = Double(hasSign ? String(sides[1].dropLast()) : sides[1]) else { throw Self.wrong(part) }
            let share = hasSign ? number / 100 : number
            guard (0...1).contains(share) else { throw Self.wrong(part) }
            mostErrors = share
        case "p99":
            guard let time = RuleDuration.parse(sides[1]) else { throw Self.wrong(part) }
            slowest = Double(time.components.seconds) * 1000 + Double(time.components.attoseconds) / 1e15
        default: throw Self.wrong(part)
        }
    }

    private static func wrong(_ part: String) -> Wrong {
        Wrong(description: "abort_if is like 'error_rate > 2%' or 'p99 > 300ms', and not '\(part)'")
    }
}
