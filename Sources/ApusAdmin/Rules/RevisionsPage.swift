import ApusConfig
import ApusProxy

/// `/revisions`: every accepted change, and the way back.
struct RevisionsPage: Sendable {
    let store: RuleStore

    func list(_ request: AdminRequest) async -> AdminAnswer {
        let revisions = await store.revisions
        return .json(
            .members(
                ("current", .number(Double(revisions.last?.number ?? 0))),
                ("stored", .string(await store.isStored ? "disk" : "memory")),
                ("revisions", .array(revisions.reversed().map(\.summary)))))
    }

    func show(_ request: AdminRequest) async -> AdminAnswer {
        guard let revision = await revision(request) else { return .errors(unknown(request), status: 404) }
        let documents = revision.standing.rules.all.map(\.document)
        guard case .object(let summary) = revision.summary else { return .json(.null) }
        return .json(
            .object(summary + [ConfigMember(name: "documents", value: .array(documents))]))
    }

    func rollBack(_ request: AdminRequest) async -> AdminAnswer {
        guard let isDryRun = request.isDryRun else { return .wrongDryRun(request) }
        guard let number = Int(request.name) else { return .errors(unknown(request), status: 404) }
        let outcome = await store.rollBack(
            to: number, isDryRun: isDryRun, ifMatch: request.header("if-match"))
        return outcome.answer { .array($0.changes.map(\.json)) }
    }

    private func revision(_ request: AdminRequest) async -> Revision? {
        guard let number = Int(request.name) else { return nil }
        return await store.revisions.first { $0.number == number }
    }

    private func unknown(_ request: AdminRequest) -> String {
        "there is no revision '\(request.name)'; GET /revisions lists them"
    }
}

extension Revision {
    var summary: ConfigValue {
        .members(
            ("revision", .number(Double(number))), ("time", .string(time)), ("origin", .string(origin)),
            ("changes", .array(changes.map(\.json))))
    }
}
