import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite("Whole bootstraps and route configurations over the admin port")
struct BootstrapWireTests {
    @Test("A route configuration is put in force under a connection that stays, and the bootstrap's comes back")
    func routes() async throws {
        let port = try await TalkClient.freePort()
        let bootstrap = AnsweringListener.bootstrap(
            AnsweringListener.yaml("one", port: port, routes: AnsweringListener.answering(201)))
        try await RunningRules.run(bootstrap: bootstrap) { running in
            let kept = try await TalkClient.connect(port)
            #expect(try await kept.ask().status == 201)
            let routes = AnsweringListener.routes("one_routes", AnsweringListener.answering(202))
            let dry = try await running.admin("PUT", "/routes/one_routes?dry_run=true", body: routes)
            #expect(dry.status == 200)
            #expect(try await kept.ask().status == 201)
            #expect(try await running.admin("PUT", "/routes/one_routes", body: routes).status == 200)
            #expect(try await kept.ask().status == 202)

            let before = try #require(try await running.json("/revisions")["current"]?.integer)
            #expect(try await running.admin("PUT", "/routes/other", body: routes).status == 404)
            let named = try await running.admin("PUT", "/routes/one_routes", body: "name: two\nvirtual_hosts: []\n")
            #expect(named.status == 400)
            let bad = try await running.admin(
                "PUT", "/routes/one_routes", body: "name: one_routes\nvirtual_hosts: [{name: a, domains: []}]\n")
            #expect(bad.status == 400)
            let lost = AnsweringListener.routes("one_routes", "[{match: {prefix: /}, route: {cluster: nowhere}}]")
            let refused = try await running.admin("PUT", "/routes/one_routes", body: lost)
            #expect(refused.status == 400, "\(refused)")
            #expect(try await running.json("/revisions")["current"]?.integer == before)
            #expect(try await kept.ask().status == 202)

            #expect(try await running.admin("POST", "/revisions/\(before - 1)/rollback").status == 200)
            #expect(try await kept.ask().status == 201)
            await kept.close()
        }
    }

    @Test("A whole bootstrap adds, changes and drains listeners; a connection that can stay stays")
    func whole() async throws {
        let (one, two) = (try await TalkClient.freePort(), try await TalkClient.freePort())
        func listener(_ name: String, _ port: UInt16, _ status: Int) -> String {
            AnsweringListener.yaml(name, port: port, routes: AnsweringListener.answering(status))
        }
        let bootstrap = AnsweringListener.bootstrap(listener("one", one, 201))
        try await RunningRules.run(bootstrap: bootstrap) { running in
            _ = try await running.admin("POST", "/rules", body: StoreFixture.rule("a"))
            let kept = try await TalkClient.connect(one)
            let ruled = try await TalkClient.connect(running.outbound)
            #expect(try await kept.ask().status == 201)
            #expect(try await ruled.ask(host: "a.example").status == 201)
            let routes = AnsweringListener.routes("one_routes", AnsweringListener.answering(209))
            #expect(try await running.admin("PUT", "/routes/one_routes", body: routes).status == 200)

            // The whole takes the place of what was put into the one before.
            let both = AnsweringListener.bootstrap(listener("one", one, 202), listener("two", two, 203))
            let answer = try await running.admin("POST", "/config", body: both)
            #expect(answer.status == 200)
            #expect(
                ConfigValue(text: answer.body)?.elements.map { $0["resource"]?.string }
                    == ["bootstrap", "routes/one_routes"])
            #expect(try await kept.ask().status == 202)
            #expect(try await TalkClient.once(two).status == 203)
            #expect(try await ruled.ask(host: "a.example").status == 201)
            let again = try await running.admin("POST", "/config", body: both)
            #expect(ConfigValue(text: again.body)?.elements.first?["change"]?.string == "unchanged")

            let wrong = try await running.admin(
                "POST", "/config", body: both + "  clusters: [{name: x, tpye: STATIC}]\n")
            #expect(wrong.status == 400)
            #expect(
                ConfigValue(text: wrong.body)?["errors"]?.elements.first?["line"]?.integer
                    == both.split(separator: "\n", omittingEmptySubsequences: false).count)
            #expect(try await kept.ask().status == 202)

            let second = AnsweringListener.bootstrap(listener("two", two, 204))
            #expect(try await running.admin("POST", "/config", body: second).status == 200)
            #expect(try await TalkClient.once(two).status == 204)
            await #expect(throws: (any Error).self) { _ = try await TalkClient.once(one) }

            let before = try #require(try await running.json("/revisions")["current"]?.integer)
            #expect(try await running.admin("POST", "/revisions/\(before - 1)/rollback").status == 200)
            #expect(try await TalkClient.once(one).status == 202)
            #expect(try await TalkClient.once(two).status == 203)
            #expect(try await ruled.ask(host: "a.example").status == 201)
            await kept.close()
            await ruled.close()
        }
    }

    @Test("A bootstrap and routes that were sent are in force again after a restart")
    func restart() async throws {
        let port = try await TalkClient.freePort()
        let state = try StoreFixture.folder()
        let bootstrap = AnsweringListener.bootstrap(
            AnsweringListener.yaml("one", port: port, routes: AnsweringListener.answering(201)))
        try await RunningRules.run(state: state) { running in
            let posted = try await running.admin("POST", "/config", body: bootstrap)
            #expect(posted.headers["apus-stored"] == "disk")
            let routes = AnsweringListener.routes("one_routes", AnsweringListener.answering(202))
            #expect(try await running.admin("PUT", "/routes/one_routes", body: routes).status == 200)
            #expect(try await TalkClient.once(port).status == 202)
        }
        try await RunningRules.run(state: state) { running in
            #expect(try await TalkClient.once(port).status == 202)
            let back = try await running.admin("POST", "/revisions/2/rollback")
            #expect(back.status == 200)
            #expect(try await TalkClient.once(port).status == 201)
        }
    }
}
