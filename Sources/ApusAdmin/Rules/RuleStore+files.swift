import ApusConfig
import Logging

extension RuleStore {
    /// How often files are looked at.
    static let interval = Duration.milliseconds(200)

    /// Looks at the files for as long as the store is in use.
    func watchFiles() {
        watching?.cancel()
        guard !directories.paths.isEmpty else { return }
        watching = Task {
            while !Task.isCancelled {
                do { try await Task.sleep(for: Self.interval) } catch { return }
                await lookAtFiles()
            }
        }
    }

    /// Applies what has changed in the files; a bad change is told and changes nothing.
    func lookAtFiles() async {
        guard directories.hasChanged() else { return }
        await enter()
        defer { leave() }
        let wasBad = !directories.problems.isEmpty
        let reading = directories.read()
        guard reading.errors.isEmpty else {
            for error in reading.errors {
                log.error("rules refused, the old ones stay", metadata: ["reason": "\(error.diagnostic)"])
            }
            return await tellGauges()
        }
        for warning in reading.warnings { log.warning("\(warning.diagnostic)") }
        var next = standing
        let changes = next.adopt(reading.rules)
        switch await commit(next, changes, origin: "files", reading: reading) {
        case .done:
            if wasBad, changes.isEmpty { log.info("rules of files are good again") }
        case .refused(let findings):
            directories.problems = findings
            for finding in findings {
                log.error("rules refused, the old ones stay", metadata: ["reason": "\(finding.diagnostic)"])
            }
        case .failed(let reason), .conflict(let reason), .unknown(let reason):
            let diagnostic = Diagnostic(source: SourceMark(file: directories.paths[0]), path: "", message: reason)
            directories.problems = [RuleFinding(document: 0, resource: "", diagnostic: diagnostic)]
            log.error("rules refused, the old ones stay", metadata: ["reason": "\(reason)"])
        }
        await tellGauges()
    }
}

extension RuleStore {
    /// Shows in the statistics how the rules stand.
    func tellGauges() async {
        await serving?.show(gauges: [
            "apus.rules.revision": revision, "apus.rules.count": standing.rules.count,
            "apus.rules.files_rejected": directories.problems.isEmpty ? 0 : 1,
        ])
    }
}
