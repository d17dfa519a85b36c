import ApusProxy

/// What the admin server can do with rules, by path.
enum RuleCommands {
    /// The largest body that holds rules or a configuration, in bytes.
    static let bodyLimit = 64 << 20

    private static let dryRun = AdminCommand.Parameter(
        name: "dry_run", help: "Only check it and say what would change", choices: ["true", "false"])

    static func all(_ store: RuleStore) -> [AdminCommand] {
        let rules = RulesPage(store: store)
        let revisions = RevisionsPage(store: store)
        let bootstrap = BootstrapPage(store: store)
        let explain = ExplainPage(store: store)
        return [
            AdminCommand(
                path: "/config", help: "put a whole bootstrap in force; the body is its text", access: .mutation,
                bodyLimit: bodyLimit, parameters: [dryRun]
            ) { request, _ in await bootstrap.post(request) },
            AdminCommand(
                path: "/explain", help: "which route takes a request, and why none before it, as JSON", method: "GET",
                parameters: [
                    .init(name: "method", help: "The method; GET without it"),
                    .init(name: "url", help: "Such as http://reviews:9080/path"),
                    .init(name: "header", help: "A header as name: value; may be there more than once"),
                    .init(name: "listener", help: "The listener, by its name or port"),
                ], answer: explain.answer),
            AdminCommand(path: "/revisions", help: "accepted changes, as JSON", method: "GET") { request, _ in
                await revisions.list(request)
            },
            AdminCommand(
                path: "/revisions/{name}/rollback", help: "put what stood after a revision in force again",
                access: .mutation, parameters: [dryRun]
            ) { request, _ in await revisions.rollBack(request) },
            AdminCommand(
                path: "/revisions/{name}", help: "one change with all documents that stood after it", method: "GET"
            ) { request, _ in await revisions.show(request) },
            AdminCommand(
                path: "/routes/{name}", help: "put a route configuration in force; the body is its text",
                access: .mutation, method: "PUT", bodyLimit: bodyLimit, parameters: [dryRun]
            ) { request, _ in await bootstrap.put(request) },
            AdminCommand(path: "/rules", help: "rules in force, as YAML or JSON", method: "GET") { request, _ in
                await rules.list(request)
            },
            AdminCommand(
                path: "/rules", help: "apply Istio documents, all or none; the body is their text", access: .mutation,
                bodyLimit: bodyLimit,
                parameters: [
                    .init(name: "namespace", help: "The namespace of documents that name none"), dryRun,
                    .init(name: "watch", help: "How long to watch what the change does, such as 60s"),
                    .init(
                        name: "abort_if", help: "When to go back by itself, such as 'error_rate > 2%' or 'p99 > 300ms'"),
                ]
            ) { request, _ in await rules.apply(request) },
            AdminCommand(path: "/rules/status", help: "how the rules stand, as JSON", method: "GET") { request, _ in
                await rules.status(request)
            },
            AdminCommand(path: "/rules/{name}", help: "one rule: Kind/namespace/name", method: "GET") { request, _ in
                await rules.show(request)
            },
            AdminCommand(
                path: "/rules/{name}", help: "take a rule away", access: .mutation, method: "DELETE",
                parameters: [dryRun]
            ) { request, _ in await rules.delete(request) },
        ]
    }
}
