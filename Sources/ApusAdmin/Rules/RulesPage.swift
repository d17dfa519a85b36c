import ApusConfig
import ApusProxy

/// `/rules`: Istio's documents, applied and shown.
struct RulesPage: Sendable {
    let store: RuleStore

    func apply(_ request: AdminRequest) async -> AdminAnswer {
        guard let isDryRun = request.isDryRun else { return .wrongDryRun(request) }
        guard let text = request.text else { return .notText }
        let watch: ApplyWatch.Terms?
        do { watch = try ApplyWatch.Terms(request) } catch { return .text("\(error)\n", status: 400) }
        let outcome = await store.apply(
            text, namespace: request["namespace"], isDryRun: isDryRun, ifMatch: request.header("if-match"),
            origin: request["origin"] ?? "api")
        if let watch, !isDryRun, case .done(let accepted) = outcome {
            await store.watch(accepted, watch)
        }
        return outcome.answer { .array($0.changes.map { change in change.json }) }
    }

    func list(_ request: AdminRequest) async -> AdminAnswer {
        let (standing, revision) = await store.inForceNow
        var answer = Self.document(standing.rules.all.map(\.document), request)
        answer.headers.append(.init(name: "etag", value: "\"\(revision)\""))
        return answer
    }

    func show(_ request: AdminRequest) async -> AdminAnswer {
        guard let name = RuleName(request.name), let (rule, tag) = await store.rule(name) else {
            return .text("There is no rule '\(request.name)'; GET /rules lists them.\n", status: 404)
        }
        var answer =
            request.wantsJSON ? AdminAnswer.json(rule.document) : AdminAnswer.yaml(rule.document.yaml)
        answer.headers.append(.init(name: "etag", value: "\"\(tag)\""))
        return answer
    }

    func delete(_ request: AdminRequest) async -> AdminAnswer {
        guard let isDryRun = request.isDryRun else { return .wrongDryRun(request) }
        guard let name = RuleName(request.name) else {
            return .text("There is no rule '\(request.name)'; GET /rules lists them.\n", status: 404)
        }
        return await store.delete(name, isDryRun: isDryRun, ifMatch: request.header("if-match")).answer {
            $0.changes.first?.json ?? .null
        }
    }

    func status(_ request: AdminRequest) async -> AdminAnswer { .json(await store.status) }

    private static func document(_ documents: [ConfigValue], _ request: AdminRequest) -> AdminAnswer {
        guard request.wantsJSON else { return .yaml(documents.map(\.yaml).joined(separator: "---\n")) }
        return .json(
            .members(("apiVersion", .string("v1")), ("kind", .string("List")), ("items", .array(documents))))
    }
}

extension RuleStore {
    /// How the rules stand: for people and for monitoring.
    var status: ConfigValue {
        var members: [(String, ConfigValue)] = [
            ("namespace", .string(identity.namespace)),
            ("revision", .number(Double(revision))), ("rules", .number(Double(standing.rules.count))),
            ("stored", .string(isStored ? "disk" : "memory")),
            ("state_problems", .array(journalProblems.map(ConfigValue.string))),
        ]
        if !directories.paths.isEmpty {
            members.append(
                (
                    "files",
                    .members(
                        ("paths", .array(directories.paths.map(ConfigValue.string))),
                        ("state", .string(directories.problems.isEmpty ? "in force" : "refused")),
                        ("checked", .string(directories.checked)),
                        ("errors", .array(directories.problems.map(\.json))))
                ))
        }
        if let watch { members.append(("watch", watch.json)) }
        return .members(members)
    }
}

extension RuleFinding {
    var json: ConfigValue {
        var members = [
            ConfigMember(name: "document", value: .number(Double(document))),
            ConfigMember(name: "resource", value: .string(resource)),
            ConfigMember(name: "path", value: .string(diagnostic.path)),
            ConfigMember(name: "line", value: .number(Double(diagnostic.source.line))),
            ConfigMember(name: "column", value: .number(Double(diagnostic.source.column))),
            ConfigMember(name: "message", value: .string(diagnostic.message)),
        ]
        if diagnostic.source.file != "body", !diagnostic.source.file.isEmpty {
            members.insert(ConfigMember(name: "file", value: .string(diagnostic.source.file)), at: 0)
        }
        return .object(members)
    }
}

extension RuleOutcome {
    /// The answer to whoever asked. `body`: what a good one holds.
    func answer(_ body: (AcceptedChange) -> ConfigValue) -> AdminAnswer {
        switch self {
        case .done(let accepted):
            var answer = AdminAnswer.json(body(accepted))
            answer.headers = [
                .init(name: "etag", value: "\"\(accepted.revision)\""),
                .init(name: "apus-revision", value: "\(accepted.revision)"),
                // A change that is in memory only is gone with the process; whoever asked must know.
                .init(name: "apus-stored", value: accepted.isDryRun ? "no" : accepted.isStored ? "disk" : "memory"),
            ]
            return answer
        case .refused(let findings):
            return .json(.members(("errors", .array(findings.map(\.json)))), status: 400)
        case .conflict(let reason): return .errors(reason, status: 412)
        case .unknown(let reason): return .errors(reason, status: 404)
        case .failed(let reason): return .errors(reason, status: 500)
        }
    }
}

extension AdminAnswer {
    static func yaml(_ text: String) -> AdminAnswer { AdminAnswer(contentType: "application/yaml", body: text) }

    static func errors(_ message: String, status: Int) -> AdminAnswer {
        .json(.members(("errors", .array([.members(("message", .string(message)))]))), status: status)
    }

    static let notText = errors("the body is not text in UTF-8", status: 400)

    static func wrongDryRun(_ request: AdminRequest) -> AdminAnswer {
        errors("dry_run is true or false, not '\(request["dry_run"] ?? "")'", status: 400)
    }
}

extension AdminRequest {
    /// nil: neither yes nor no.
    var isDryRun: Bool? {
        switch self["dry_run"] {
        case nil, "false": false
        case "true", "": true
        default: nil
        }
    }

    /// The body; nil when it is no text.
    var text: String? { String(validating: body, as: UTF8.self) }

    var wantsJSON: Bool { header("accept")?.contains("json") == true }
}
