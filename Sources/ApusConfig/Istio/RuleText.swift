import Dispatch

/// A text of rules on its way to a reading: cut into documents, which are read side by side.
struct RuleText {
    let bytes: UnsafeBufferPointer<UInt8>
    let file: String
    let namespace: String
    /// Written by Apus itself: without limits.
    var isOwn = false

    /// Bytes of a whole text. Ten thousand rules take about ten mebibytes.
    private static let mostBytes = 64 << 20
    /// Findings; who has more than these reads no more of them.
    static let mostFindings = 1000
    /// Below this many bytes another thread costs more than it saves.
    private static let shareForThread = 128 << 10

    func read() -> RuleReading {
        guard isOwn || bytes.count <= Self.mostBytes else { return failed(.fileTooLarge(limit: Self.mostBytes)) }
        let parts = RuleParts.split(bytes)
        // Values of all documents together, after aliases are expanded: about eight bytes are written for each.
        var limits = YAMLLimits(
            size: Self.mostBytes, nodes: max(200, 250_000 / max(1, parts.count)), nodesPerByte: 1 / 8)
        if isOwn { (limits.size, limits.nodes) = (.max, 1 << 40) }
        let shares = share(parts)
        let readings = Readings(count: shares.count)
        if shares.count > 1 {
            let work = Work(text: self, shares: shares, limits: limits, readings: readings)
            DispatchQueue.concurrentPerform(iterations: shares.count) { work.run($0) }
        } else {
            for index in shares.indices { readings.set(read(shares[index], limits: limits), at: index) }
        }
        return join(readings.take())
    }

    /// Runs of parts of about the same size, for as many threads as are worth it.
    private func share(_ parts: [RulePart]) -> [ArraySlice<RulePart>] {
        let count = min(8, max(1, bytes.count / Self.shareForThread), max(1, parts.count))
        let size = bytes.count / count + 1
        var shares: [ArraySlice<RulePart>] = []
        var start = 0
        for index in parts.indices {
            let isLast = index == parts.count - 1
            guard isLast || parts[index].range.upperBound >= size * (shares.count + 1) else { continue }
            shares.append(parts[start...index])
            start = index + 1
        }
        return shares
    }

    fileprivate func read(_ parts: ArraySlice<RulePart>, limits: YAMLLimits) -> PartialReading {
        var reading = PartialReading()
        for part in parts where !reading.isFull {
            read(part, limits: limits, into: &reading)
        }
        return reading
    }

    private func read(_ part: RulePart, limits: YAMLLimits, into reading: inout PartialReading) {
        let reader = YAMLReader(
            limits: limits, options: .init(mergesMappings: true, goesOnAfterDuplicates: true))
        var duplicates: [YAMLReader.Duplicate] = []
        do {
            let bytes = UnsafeBufferPointer(rebasing: bytes[part.range])
            try reader.documents(bytes, linesBefore: part.linesBefore, duplicates: { duplicates.append($0) }) {
                root, _ in
                defer { duplicates.removeAll() }
                guard !root.isNull else { return }
                reading.documents += 1
                var document = RuleDocument(number: reading.documents, file: file, namespace: namespace)
                document.read(root, duplicates: duplicates)
                reading.rules += document.rules
                reading.findings += document.findings
            }
        } catch {
            reading.documents += 1
            let mark = SourceMark(file: file, line: error.line, column: error.column)
            let diagnostic = Diagnostic(source: mark, path: "document", message: error.error.message)
            reading.findings.append(RuleFinding(document: reading.documents, resource: "", diagnostic: diagnostic))
        }
    }

    /// Numbers the documents through.
    private func join(_ readings: [PartialReading]) -> RuleReading {
        var whole = RuleReading()
        whole.rules.reserveCapacity(readings.reduce(0) { $0 + $1.rules.count })
        var before = 0
        for reading in readings {
            whole.rules += reading.rules
            for var finding in reading.findings where whole.findings.count < Self.mostFindings {
                finding.document += before
                whole.findings.append(finding)
            }
            before += reading.documents
        }
        return whole
    }

    private func failed(_ error: ConfigurationError) -> RuleReading {
        var reading = RuleReading()
        let mark = SourceMark(file: file, line: 1, column: 1)
        let diagnostic = Diagnostic(source: mark, path: "", message: error.message)
        reading.findings = [RuleFinding(document: 0, resource: "", diagnostic: diagnostic)]
        return reading
    }
}

/// What one thread has read; documents count from 1 where it began.
private struct PartialReading: Sendable {
    var rules: [Rule] = []
    var findings: [RuleFinding] = []
    var documents = 0

    var isFull: Bool { findings.count >= RuleText.mostFindings }
}

/// Where threads put what they have read: each in a place of its own.
private final class Readings: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<PartialReading>

    init(count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: PartialReading())
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    /// Every index is set by one thread only, before anybody takes.
    func set(_ reading: PartialReading, at index: Int) { places[index] = reading }
    func take() -> [PartialReading] { Array(places) }
}

/// What threads share: bytes that outlive them, and places that they do not share.
private struct Work: @unchecked Sendable {
    let text: RuleText
    let shares: [ArraySlice<RulePart>]
    let limits: YAMLLimits
    let readings: Readings

    func run(_ index: Int) { readings.set(text.read(shares[index], limits: limits), at: index) }
}
