import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite("Rules over the admin port, and what requests see of them")
struct RuleWireTests {
    @Test("What was answered 200 is in force for the next request, on connections that stay as on new ones")
    func inForce() async throws {
        try await RunningRules.run { running in
            let kept = try await TalkClient.connect(running.outbound)
            for status in [201, 202, 203, 204, 205] {
                let answer = try await running.admin(
                    "POST", "/rules", body: StoreFixture.rule("a", status: status) + "---\n" + StoreFixture.rule("b"))
                #expect(answer.status == 200)
                #expect(answer.headers["apus-stored"] == "memory")
                #expect(try await kept.ask(host: "a.example").status == status)
                #expect(try await running.status("a.example") == status)
            }
            let gone = try await running.admin("DELETE", "/rules/VirtualService/default/a")
            #expect(gone.status == 200)
            #expect(try await kept.ask(host: "a.example").status != 205)
            #expect(try await kept.ask(host: "b.example").status == 201)
            #expect(try await running.admin("DELETE", "/rules/VirtualService/default/a").status == 404)
            #expect(try await running.admin("GET", "/rules/VirtualService/default/a").status == 404)
            #expect(try await running.admin("GET", "/rules/nothing").status == 404)
            await kept.close()
        }
    }

    @Test("One bad document refuses all, with document, path and line of each fault")
    func refused() async throws {
        try await RunningRules.run { running in
            let text =
                StoreFixture.rule("a") + "---\n" + StoreFixture.rule("b", status: 7) + "---\n"
                + StoreFixture.rule("c", status: 8)
            let answer = try await running.admin("POST", "/rules", body: text)
            #expect(answer.status == 400)
            let errors = try #require(ConfigValue(text: answer.body)?["errors"]).elements
            #expect(errors.map { $0["document"]?.integer } == [2, 3])
            #expect(errors.map { $0["line"]?.integer } == [9, 14])
            #expect(errors.first?["resource"]?.string == "VirtualService/default/b")
            #expect(errors.first?["path"]?.string == "spec.http[0].directResponse.status")
            #expect(try await running.json("/rules/status")["rules"]?.integer == 0)
            #expect(try await running.status("a.example") != 201)
        }
    }

    @Test("Documents come back as they were written, as YAML and as JSON, and can be applied again")
    func shown() async throws {
        try await RunningRules.run { running in
            let text = """
                apiVersion: networking.istio.io/v1alpha3
                kind: VirtualService
                metadata: {name: odd, annotations: {a: "1.0", b: "yes", c: "line\\n  line\\n", d: "12:30"}}
                spec: {hosts: [odd.example], http: [{mirror_percent: 5, mirror: {host: m}, route: [{destination: {host: x.example}}]}]}
                """
            #expect(try await running.admin("POST", "/rules?namespace=shop", body: text).status == 200)
            let yaml = try await running.admin("GET", "/rules")
            let list = try await running.admin("GET", "/rules", ["accept": "application/json"])
            #expect(yaml.headers["content-type"] == "application/yaml")
            #expect(yaml.body.contains("mirror_percent: 5"))
            #expect(yaml.body.contains("namespace: shop"))
            for again in [yaml.body, list.body] {
                let answer = try await running.admin("POST", "/rules", body: again)
                #expect(answer.status == 200)
                #expect(ConfigValue(text: answer.body)?.elements.first?["change"]?.string == "unchanged")
            }
        }
    }

    @Test("Whoever knows an older revision is answered 412, for all rules as for one")
    func locking() async throws {
        try await RunningRules.run { running in
            let first = try await running.admin("POST", "/rules", body: StoreFixture.rule("a"))
            let tag = try #require(first.headers["etag"])
            #expect(try await running.admin("GET", "/rules").headers["etag"] == tag)
            let taken = try await running.admin("POST", "/rules", ["if-match": tag], body: StoreFixture.rule("b"))
            #expect(taken.status == 200)
            let late = try await running.admin(
                "POST", "/rules", ["if-match": tag], body: StoreFixture.rule("b", status: 202))
            #expect(late.status == 412)
            #expect(try await running.status("b.example") == 201)
            // Rule a is as it was when its tag was given.
            let one = try await running.admin("GET", "/rules/VirtualService/default/a")
            #expect(one.headers["etag"] == tag)
            let path = "/rules/VirtualService/default/a"
            #expect(try await running.admin("DELETE", path, ["if-match": "\"99\""]).status == 412)
            #expect(try await running.admin("DELETE", path, ["if-match": tag]).status == 200)
        }
    }

    @Test("A dry run says what would change, and errors, and changes nothing")
    func dryRun() async throws {
        try await RunningRules.run { running in
            _ = try await running.admin("POST", "/rules", body: StoreFixture.rule("a"))
            let text = StoreFixture.rule("a", status: 299) + "---\n" + StoreFixture.rule("b")
            let answer = try await running.admin("POST", "/rules?dry_run=true", body: text)
            #expect(answer.status == 200)
            #expect(answer.headers["apus-stored"] == "no")
            #expect(
                ConfigValue(text: answer.body)?.elements.map { $0["change"]?.string } == ["configured", "created"])
            #expect(try await running.status("a.example") == 201)
            let wrong = try await running.admin("POST", "/rules?dry_run=true", body: StoreFixture.rule("a", status: 1))
            #expect(wrong.status == 400)
            #expect(try await running.admin("POST", "/rules?dry_run=maybe", body: text).status == 400)
            #expect(
                try await running.admin("DELETE", "/rules/VirtualService/default/a?dry_run=true").status == 200)
            #expect(try await running.status("a.example") == 201)
            // What a client calls a form is a text all the same.
            let form = ["content-type": "application/x-www-form-urlencoded"]
            let sent = try await running.admin(
                "POST", "/rules", form, body: "# &dry_run=true&\n" + StoreFixture.rule("a", status: 203))
            #expect(sent.status == 200)
            #expect(try await running.status("a.example") == 203)
        }
    }

    @Test("Revisions are listed and shown with their documents, and gone back to")
    func revisions() async throws {
        try await RunningRules.run { running in
            for status in [201, 202] {
                _ = try await running.admin("POST", "/rules", body: StoreFixture.rule("a", status: status))
            }
            let list = try await running.json("/revisions")
            let current = try #require(list["current"]?.integer)
            #expect(list["revisions"]?.elements.map { $0["revision"]?.integer } == [current, current - 1, current - 2])
            let shown = try await running.json("/revisions/\(current - 1)")
            #expect(shown["origin"]?.string == "api")
            #expect(shown["documents"]?.elements.count == 1)
            #expect(try await running.admin("GET", "/revisions/99").status == 404)
            #expect(try await running.admin("GET", "/revisions/x").status == 404)
            let back = try await running.admin("POST", "/revisions/\(current - 1)/rollback")
            #expect(back.status == 200)
            #expect(back.headers["apus-revision"] == "\(current + 1)")
            #expect(try await running.status("a.example") == 201)
            #expect(try await running.admin("POST", "/revisions/99/rollback").status == 404)
            #expect(try await running.admin("POST", "/revisions/\(current - 2)/rollback").status == 200)
            #expect(try await running.json("/rules/status")["rules"]?.integer == 0)
        }
    }

    @Test("Many who apply at once each get a revision of their own, and the last one stands")
    func atOnce() async throws {
        try await RunningRules.run { running in
            let before = try #require(try await running.json("/revisions")["current"]?.integer)
            let revisions = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let text = StoreFixture.rule("a", status: 210 + number)
                        return try await running.admin("POST", "/rules", body: text).headers["apus-revision"]
                            .flatMap { Int($0) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1 ?? 0) }
            }
            #expect(revisions.sorted() == Array(before + 1...before + 20))
            let last = try await running.json("/revisions/\(before + 20)")
            let status = last["documents"]?.elements.first?["spec"]?["http"]?.elements.first?["directResponse"]?[
                "status"]
            #expect(try await running.status("a.example") == status?.integer)
        }
    }

    @Test("Of a document with something to say about each of its rules only the first hundred lines are told")
    func manyWarnings() async throws {
        try await RunningRules.run { running in
            let rules = (0..<300).map {
                "  - match: [{uri: {exact: /\($0)}}]\n    route: [{destination: {host: b\($0)}}]\n"
            }
            let text =
                "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n"
                + "spec:\n  hosts: [a]\n  http:\n" + rules.joined()
            let answer = try await running.admin("POST", "/rules", body: text)
            #expect(answer.status == 200, "\(answer.body.prefix(300))")
            let change = try #require(ConfigValue(text: answer.body)?.elements.first)
            let warnings = change["warnings"]?.elements ?? []
            #expect(warnings.count == 101)
            #expect(warnings.last == .string("and 200 more warnings"))
            #expect(change["effects"]?.elements.count ?? 0 <= 101)
        }
    }
}
