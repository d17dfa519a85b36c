import ApusProxy

/// Everything that the admin server can do, by path.
enum AdminCommands {
    /// With rules, if there is a store of them.
    static func all(_ rules: RuleStore?) -> [AdminCommand] {
        described(plain + (rules.map(RuleCommands.all) ?? []))
    }

    static let all = described(plain)

    /// With the pages that list all.
    private static func described(_ commands: [AdminCommand]) -> [AdminCommand] {
        let help = AdminCommand(path: "/help", help: "print out list of admin commands") { _, _ in
            .text(HelpPage.text(commands))
        }
        let listed = ([help] + commands).sorted { $0.path < $1.path }
        let home = AdminCommand(path: "/", help: "Admin home page") { _, _ in HomePage.answer(listed) }
        return [home] + listed
    }

    private static let plain: [AdminCommand] = [
        AdminCommand(path: "/certs", help: "print certs on machine") { _, _ in
            .json(.members(("certificates", .array([]))))
        },
        AdminCommand(
            path: "/clusters", help: "upstream cluster status",
            parameters: [
                .init(name: "filter", help: "Regular expression (RE2) for filtering clusters by name"),
                .init(name: "format", help: "Format to use", choices: ["text", "json"]),
            ], answer: ClustersPage.answer),
        AdminCommand(
            path: "/config_dump", help: "dump the configuration in effect",
            parameters: [
                .init(name: "resource", help: "The list to dump, such as static_clusters"),
                .init(name: "mask", help: "The fields to show, separated by commas; with a resource, of each element"),
                .init(name: "name_regex", help: "Regular expression (RE2) that names must match"),
            ], answer: ConfigDumpPage.answer),
        AdminCommand(
            path: "/drain_listeners", help: "drain listeners", access: .mutation,
            parameters: [
                .init(name: "graceful", help: "Give connections the drain time before they are closed", isSwitch: true),
                .init(name: "inboundonly", help: "Only listeners whose traffic_direction is INBOUND", isSwitch: true),
            ]
        ) { request, face in
            await face.drainListeners(graceful: request.has("graceful"), inboundOnly: request.has("inboundonly"))
            return .ok
        },
        AdminCommand(path: "/filters", help: "scripts of filters, as JSON", method: "GET", answer: FiltersPage.list),
        AdminCommand(
            path: "/filters/{name}", help: "the source of a script", method: "GET", answer: FiltersPage.source),
        AdminCommand(
            path: "/filters/{name}", help: "put another source in force; the body is the source", access: .mutation,
            method: "PUT",
            parameters: [.init(name: "dry_run", help: "Only check it", choices: ["true", "false"])],
            answer: FiltersPage.replace),
        AdminCommand(
            path: "/filters/{name}/rollback", help: "go back to the source before", access: .mutation,
            answer: FiltersPage.rollBack),
        AdminCommand(path: "/healthcheck/fail", help: "cause the server to fail health checks", access: .mutation) {
            _, face in
            await face.setHealthcheck(failing: true)
            return .ok
        },
        AdminCommand(path: "/healthcheck/ok", help: "cause the server to pass health checks", access: .mutation) {
            _, face in
            await face.setHealthcheck(failing: false)
            return .ok
        },
        AdminCommand(
            path: "/listeners", help: "print listener info",
            parameters: [.init(name: "format", help: "Format to use", choices: ["text", "json"])],
            answer: ListenersPage.answer),
        AdminCommand(
            path: "/logging", help: "query/change logging levels", access: .mutation,
            parameters: [
                .init(name: "paths", help: "Levels of several loggers: <name>:<level>,<name>:<level>"),
                .init(name: "level", help: "The level of all loggers", choices: [""] + LoggingPage.levels.map(\.name)),
            ], answer: LoggingPage.answer),
        AdminCommand(path: "/memory", help: "print current allocation/heap usage") { _, _ in MemoryPage.answer() },
        AdminCommand(path: "/quitquitquit", help: "exit the server", access: .mutation) { _, _ in
            AdminAnswer(body: "OK\n", after: .shutdown)
        },
        AdminCommand(
            path: "/ready", help: "print server state, return 200 if LIVE, otherwise return 503", access: .anyHost,
            answer: ReadyPage.answer),
        AdminCommand(
            path: "/reload", help: "read the configuration file again, all or nothing", access: .mutation,
            answer: ReloadPage.answer),
        AdminCommand(path: "/reopen_logs", help: "reopen access logs", access: .mutation) { _, face in
            await face.reopenLogs()
            return .ok
        },
        AdminCommand(path: "/reset_counters", help: "reset all counters to zero", access: .mutation) { _, face in
            await face.resetCounters()
            return .ok
        },
        AdminCommand(
            path: "/server_info", help: "print server version/status information", answer: ServerInfoPage.answer),
        AdminCommand(
            path: "/services", help: "what has gone to each service, as JSON", method: "GET",
            answer: ServicesPage.answer),
        AdminCommand(
            path: "/stats", help: "print server stats", access: .anyHost,
            parameters: StatsPage.parameters + [
                .init(name: "format", help: "Format to use", choices: ["text", "json", "prometheus"]),
                .init(
                    name: "type", help: "Stat types to include",
                    choices: ["All", "Counters", "Histograms", "Gauges", "TextReadouts"]),
                .init(
                    name: "histogram_buckets", help: "Histogram bucket display mode",
                    choices: ["summary", "cumulative", "disjoint", "detailed"]),
            ], answer: StatsPage.answer),
        AdminCommand(
            path: "/stats/prometheus", help: "print server stats in prometheus format", access: .anyHost,
            parameters: StatsPage.parameters + [
                .init(
                    name: "histogram_buckets", help: "Histogram bucket display mode",
                    choices: ["cumulative", "summary"])
            ]
        ) { request, face in await StatsPage.answer(request, face, format: "prometheus") },
    ]
}
