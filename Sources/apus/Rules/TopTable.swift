import ApusConfig

/// The live table of services, from two answers of `/services`.
enum TopTable {
    /// Services that had anything to do between the two come first, the busiest at the top.
    static func lines(from before: ConfigValue, to now: ConfigValue) -> [String] {
        let seconds = ((now["milliseconds"]?.whole ?? 0) - (before["milliseconds"]?.whole ?? 0)).asSeconds
        let old = Dictionary(
            (before["services"]?.list ?? []).map { ($0["name"]?.text ?? "", $0) }
        ) { first, _ in first }
        let services = (now["services"]?.list ?? []).map { Service(old[$0["name"]?.text ?? ""], $0, seconds: seconds) }
        let sorted = services.sorted { ($1.rate, $0.name) < ($0.rate, $1.name) }
        let head = ["SERVICE", "RATE", "SUCCESS", "P50", "P99", "ACTIVE", "ENDPOINTS", "MIRRORED"]
        return Columns.lines([head] + sorted.map(\.row))
    }

    private struct Service {
        let name: String
        /// Answers in a second.
        let rate: Double
        private let answers: Int
        private let errors: Int
        private let active: Int
        private let endpoints: String
        private let copies: (sent: Int, failed: Int)
        private let times: [(below: Int, count: Int)]
        private let seconds: Double

        init(_ before: ConfigValue?, _ now: ConfigValue, seconds: Double) {
            self.seconds = seconds
            // A counter that went back has been reset, or the proxy started anew.
            func gain(_ path: String...) -> Int {
                let (new, old) = (now.number(path), before?.number(path) ?? 0)
                return new >= old ? new - old : new
            }
            name = RouteWords.short(now["name"]?.text ?? "")
            answers = gain("answers")
            errors = gain("errors")
            rate = seconds > 0 ? Double(answers) / seconds : 0
            active = now["active"]?.whole ?? 0
            endpoints = "\(now["usable"]?.whole ?? 0)/\(now["endpoints"]?.whole ?? 0)"
            copies = (gain("copies", "sent"), gain("copies", "failed") + gain("copies", "dropped"))
            var old: [Int: Int] = [:]
            for bucket in before?["times"]?.list ?? [] {
                if case .array(let parts) = bucket, parts.count == 3 { old[parts[1].whole ?? 0] = parts[2].whole ?? 0 }
            }
            times = (now["times"]?.list ?? []).compactMap { bucket in
                guard case .array(let parts) = bucket, parts.count == 3, let below = parts[1].whole,
                    let count = parts[2].whole
                else { return nil }
                let since = count - (old[below] ?? 0)
                return (below, since >= 0 ? since : count)
            }.filter { $0.count > 0 }
        }

        var row: [String] {
            let success = answers > 0 ? "\(decimal(Double(answers - errors) * 100 / Double(answers))) %" : "-"
            var mirror = "-"
            if copies.sent > 0 {
                mirror = "\(decimal(Double(copies.sent) / max(seconds, 0.001)))/s"
                if copies.failed > 0 { mirror += ", \(copies.failed) failed" }
            }
            return [
                name, "\(decimal(rate))/s", success, time(50), time(99), "\(active)", endpoints, mirror,
            ]
        }

        /// The upper end of the bucket in which that share of the answers ends.
        private func time(_ percent: Int) -> String {
            let total = times.reduce(0) { $0 + $1.count }
            var seen = 0
            for (below, count) in times {
                seen += count
                if seen * 100 >= total * percent { return "\(max(below - 1, 0)) ms" }
            }
            return "-"
        }

        private func decimal(_ value: Double) -> String {
            let tenths = (value * 10).rounded() / 10
            return Int(exactly: tenths).map(String.init) ?? "\(tenths)"
        }
    }
}

extension ConfigValue {
    fileprivate func number(_ path: [String]) -> Int {
        var value: ConfigValue? = self
        for name in path { value = value?[name] }
        return value?.whole ?? 0
    }
}

extension Int {
    fileprivate var asSeconds: Double { Double(self) / 1000 }
}
