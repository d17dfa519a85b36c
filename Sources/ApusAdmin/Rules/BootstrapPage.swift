import ApusConfig
import ApusProxy

/// `/config` and `/routes/{name}`: Envoy's own configuration, put in force while requests pass.
struct BootstrapPage: Sendable {
    let store: RuleStore

    func post(_ request: AdminRequest) async -> AdminAnswer {
        guard let isDryRun = request.isDryRun else { return .wrongDryRun(request) }
        guard let text = request.text else { return .notText }
        return await store.post(bootstrap: text, isDryRun: isDryRun, ifMatch: request.header("if-match"))
            .answer { .array($0.changes.map(\.json)) }
    }

    func put(_ request: AdminRequest) async -> AdminAnswer {
        guard let isDryRun = request.isDryRun else { return .wrongDryRun(request) }
        guard let text = request.text else { return .notText }
        return await store.put(
            routes: text, name: request.name, isDryRun: isDryRun, ifMatch: request.header("if-match")
        )
        .answer { .array($0.changes.map(\.json)) }
    }
}
