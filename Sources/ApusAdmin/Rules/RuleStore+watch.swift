import ApusConfig
import ApusProxy
import Logging

extension RuleStore {
    private static let pause = Duration.milliseconds(250)

    /// Watches the services of an accepted change and goes back by itself when they get worse than the terms allow.
    func watch(_ accepted: AcceptedChange, _ terms: ApplyWatch.Terms) async {
        guard let serving, accepted.changes.contains(where: { $0.change != .unchanged }) else { return }
        let hosts = Set(
            accepted.changes.flatMap { change in
                RuleName(change.resource).flatMap { standing.rules[$0] }.map(RuleEffects.hosts) ?? []
            })
        let isWanted: @Sendable (String) -> Bool = { name in
            let parts = name.split(separator: "|", omittingEmptySubsequences: false)
            return hosts.isEmpty || parts.count == 4 && hosts.contains(parts[3].lowercased())
        }
        watch = ApplyWatch(revision: accepted.revision, terms: terms, since: TimeText.now)
        let begin = await serving.answers(of: isWanted)
        let end = ContinuousClock.now + terms.length
        Task {
            while ContinuousClock.now < end {
                try? await Task.sleep(for: Self.pause)
                let reading = await serving.answers(of: isWanted).since(begin)
                guard await goOn(accepted.revision, reading) else { return }
            }
            finish(accepted.revision)
        }
    }

    /// Whether there is still something to watch.
    private func goOn(_ number: Int, _ reading: ServiceReading) async -> Bool {
        guard var now = watch, now.revision == number, now.state == .watching else { return false }
        now.answers = reading.answers + reading.lost
        now.errorRate = reading.errorRate
        now.p99 = reading.time(percent: 99)
        guard revision == number else {
            now.state = .overtaken(by: revision)
            watch = now
            return false
        }
        watch = now
        guard let reason = now.reason(reading) else { return true }
        log.warning("change taken back", metadata: ["revision": "\(number)", "reason": "\(reason)"])
        let before = revisions.last { $0.number < number }?.number ?? 0
        let outcome = await rollBack(
            to: before, ifMatch: "\(number)", origin: "watch of \(number): \(reason)")
        switch outcome {
        case .done: watch?.state = .wentBack(reason)
        case .conflict: watch?.state = .overtaken(by: revision)
        case .failed(let problem), .unknown(let problem): watch?.state = .stuck("\(reason), but \(problem)")
        case .refused(let findings):
            watch?.state = .stuck("\(reason), but \(findings.map(\.diagnostic.message).joined(separator: "; "))")
        }
        return false
    }

    private func finish(_ number: Int) {
        guard watch?.revision == number, watch?.state == .watching else { return }
        watch?.state = .passed
    }
}
