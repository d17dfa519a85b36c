import ApusConfig

/// One request, and its answer if there is one, through a script: what `apus lua run` does.
public struct ScriptTrial: Sendable {
    /// The script's file, and its text.
    public var path: String
    public var text: String
    /// Where `require` looks.
    public var folders: [String]
    public var request: ScriptMessage
    /// What the upstream answers; nil: nothing is asked about answers.
    public var response: ScriptMessage?
    /// `filter_context`
    public var context: ConfigValue?

    public init(
        path: String, text: String, folders: [String], request: ScriptMessage, response: ScriptMessage? = nil,
        context: ConfigValue? = nil
    ) {
        self.path = path
        self.text = text
        self.folders = folders
        self.request = request
        self.response = response
        self.context = context
    }

    /// What the script did, line by line, and what it did wrong.
    public struct Report: Sendable, Equatable {
        public var lines: [String] = []
        public var errors: [String] = []
    }

    /// A script that cannot be loaded is an error of the report.
    public func run() async throws -> Report {
        try await ScriptBench.perform { loop in
            var report = Report()
            let bench: ScriptBench
            do {
                bench = try ScriptBench(name: path, text: text, folders: folders, on: loop)
            } catch {
                report.errors.append("\(error)")
                return report
            }
            defer { bench.close() }
            bench.answerCall = { _ in ScriptMessage([ScriptMessage.Field(":status", "200")]) }
            let stream = bench.send(request, context: context)
            report.add(bench.takeEvents())
            report.lines.append("request")
            report.addChange(from: stream.given, to: stream.request)
            if stream.clearedRouteCache { report.lines.append("  route cache cleared") }
            if stream.isOver, let answer = stream.answer {
                report.lines.append("answered by the script")
                report.add(answer)
                return report
            }
            guard let response else { return report }
            _ = stream.respond(response)
            report.add(bench.takeEvents())
            report.lines.append("response")
            if var given = stream.givenAnswer, let answer = stream.answer {
                given.chunks = response.chunks
                given.trailers = response.trailers
                report.addChange(from: given, to: answer)
            }
            return report
        }
    }
}

extension ScriptTrial.Report {
    fileprivate mutating func add(_ events: [ScriptBench.Event]) {
        for event in events {
            switch event {
            case .log(let level, let text): lines.append("log \(level): \(text)")
            case .failure(let text): errors.append(text)
            case .call(let call):
                let request = call.request
                lines.append(
                    "call \(call.cluster): \(request[":method"] ?? "") \(request[":authority"] ?? "")\(request[":path"] ?? "")"
                )
                if let body = request.body, !body.isEmpty { lines.append("  body: \(Self.shown(body))") }
            }
        }
    }

    fileprivate mutating func add(_ answer: ScriptMessage) {
        lines += answer.fields.map { "  \($0.name): \($0.text)" }
        if let body = answer.body, !body.isEmpty { lines.append("  body: \(Self.shown(body))") }
    }

    /// Fields that went as `- name: value`, fields that came as `+ name: value`.
    fileprivate mutating func addChange(from old: ScriptMessage, to new: ScriptMessage) {
        var changes = Self.changes(from: old.fields, to: new.fields)
        changes += Self.changes(from: old.trailers ?? [], to: new.trailers ?? []).map { "\($0) (trailer)" }
        let (oldBody, newBody) = (old.body ?? [], new.body ?? [])
        if oldBody != newBody {
            if !oldBody.isEmpty { changes.append("- body: \(Self.shown(oldBody))") }
            if !newBody.isEmpty { changes.append("+ body: \(Self.shown(newBody))") }
        }
        lines += changes.isEmpty ? ["  unchanged"] : changes.map { "  \($0)" }
    }

    private static func changes(from old: [ScriptMessage.Field], to new: [ScriptMessage.Field]) -> [String] {
        var rest = new
        var gone: [ScriptMessage.Field] = []
        for field in old {
            if let same = rest.firstIndex(of: field) { rest.remove(at: same) } else { gone.append(field) }
        }
        return gone.map { "- \($0.name): \($0.text)" } + rest.map { "+ \($0.name): \($0.text)" }
    }

    /// The first 4096 bytes of a body.
    private static func shown(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        return body.count > 4096 ? "\(text)... (\(body.count) bytes)" : text
    }
}
