import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite("Changes that are watched, with real answers")
struct WatchWireTests {
    /// A sidecar and three services of one host: `good`, `bad` (503) and `slow` (300 ms).
    private func run(_ test: (RunningRules, (_ service: String) -> String) async throws -> Void) async throws {
        let ports = [
            "good": try await TalkClient.freePort(), "bad": try await TalkClient.freePort(),
            "slow": try await TalkClient.freePort(),
        ]
        let delay = """
            { name: envoy.filters.http.fault, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, delay: { fixed_delay: 0.3s, percentage: { numerator: 100 } } } },
            """
        let bootstrap = AnsweringListener.bootstrap(
            AnsweringListener.yaml("good", port: ports["good"] ?? 0, routes: AnsweringListener.answering(200)),
            AnsweringListener.yaml("bad", port: ports["bad"] ?? 0, routes: AnsweringListener.answering(503)),
            AnsweringListener.yaml(
                "slow", port: ports["slow"] ?? 0, routes: AnsweringListener.answering(200), filters: delay))
        try await RunningRules.run(bootstrap: bootstrap) { running in
            let entry = """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: svc}
                spec:
                  hosts: [svc.example]
                  resolution: STATIC
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  endpoints:
                  - {address: 127.0.0.1, ports: {http: \(ports["good"] ?? 0)}, labels: {version: good}}
                  - {address: 127.0.0.1, ports: {http: \(ports["bad"] ?? 0)}, labels: {version: bad}}
                  - {address: 127.0.0.1, ports: {http: \(ports["slow"] ?? 0)}, labels: {version: slow}}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: svc}
                spec:
                  host: svc.example
                  subsets:
                  - {name: good, labels: {version: good}}
                  - {name: bad, labels: {version: bad}}
                  - {name: slow, labels: {version: slow}}
                ---
                \(Self.rule("good"))
                """
            let answer = try await running.admin("POST", "/rules", body: entry)
            #expect(answer.status == 200, "\(answer)")
            try await test(running) { Self.rule($0) }
        }
    }

    private static func rule(_ service: String, _ more: String = "") -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: svc}
        spec: {hosts: [svc.example], http: [{retries: {attempts: 0}, \(more) route: [{destination: {host: svc.example, subset: \(service)}}]}]}

        """
    }

    private static let terms = "abort_if=error_rate%20%3E%202%25%2C%20p99%20%3E%20150ms"

    /// Sends requests until the watch has come to an end and gives its state and reason.
    private func verdict(_ running: RunningRules, sends: Bool = true) async throws -> (String, String) {
        var found = ("", "")
        try await StoreFixture.eventually {
            if sends {
                for _ in 0..<4 { _ = try await running.status("svc.example") }
            }
            let watch = try await running.json("/rules/status")["watch"]
            found = (watch?["state"]?.string ?? "", watch?["reason"]?.string ?? "")
            return found.0 != "watching"
        }
        return found
    }

    @Test("Answers that are errors take a change back")
    func errors() async throws {
        try await run { running, rule in
            let applied = try await running.admin("POST", "/rules?watch=60s&\(Self.terms)", body: rule("bad"))
            #expect(applied.status == 200)
            let number = Int(applied.headers["apus-revision"] ?? "") ?? 0
            #expect(try await running.status("svc.example") == 503)
            let (state, reason) = try await verdict(running)
            #expect(state == "rolled back")
            #expect(reason.contains("error_rate"))
            #expect(try await running.status("svc.example") == 200)
            let revisions = try await running.json("/revisions")
            #expect(revisions["current"]?.integer == number + 1)
            #expect(revisions["revisions"]?.elements.first?["origin"]?.string?.hasPrefix("watch of \(number)") == true)
        }
    }

    @Test("Answers that are slow take a change back")
    func slow() async throws {
        try await run { running, rule in
            _ = try await running.admin("POST", "/rules?watch=60s&\(Self.terms)", body: rule("slow"))
            let (state, reason) = try await verdict(running)
            #expect(state == "rolled back")
            #expect(reason.contains("p99"))
        }
    }

    @Test("Errors that the rule itself makes take it back, too")
    func ownErrors() async throws {
        try await run { running, _ in
            let fault = "fault: {abort: {percentage: {value: 100}, httpStatus: 500}},"
            _ = try await running.admin("POST", "/rules?watch=60s&\(Self.terms)", body: Self.rule("good", fault))
            #expect(try await running.status("svc.example") == 500)
            #expect(try await verdict(running).0 == "rolled back")
            #expect(try await running.status("svc.example") == 200)
        }
    }

    @Test("A way to nowhere takes a change back")
    func nowhere() async throws {
        try await run { running, rule in
            _ = try await running.admin("POST", "/rules?watch=60s&\(Self.terms)", body: rule("nowhere"))
            #expect(try await running.status("svc.example") == 503)
            #expect(try await verdict(running).0 == "rolled back")
        }
    }

    @Test("Good answers let the time pass, and few bad ones say nothing")
    func passes() async throws {
        try await run { running, rule in
            let bad = rule("bad")
            _ = try await running.admin("POST", "/rules?watch=1s&abort_if=error_rate%20%3E%202%25", body: bad)
            for _ in 0..<ApplyWatch.fewest - 1 { _ = try await running.status("svc.example") }
            #expect(try await verdict(running, sends: false).0 == "passed")
            _ = try await running.admin("POST", "/rules?watch=1s&\(Self.terms)", body: rule("good"))
            #expect(try await verdict(running).0 == "passed")
            #expect(try await running.status("svc.example") == 200)
        }
    }

    @Test("A later change ends the watch of an earlier one, and wrong terms are refused before anything changes")
    func overtaken() async throws {
        try await run { running, rule in
            _ = try await running.admin("POST", "/rules?watch=60s&\(Self.terms)", body: rule("bad"))
            _ = try await running.admin("POST", "/rules", body: StoreFixture.rule("other"))
            #expect(try await verdict(running, sends: false).0 == "overtaken")
            let before = try await running.json("/revisions")["current"]?.integer
            for query in ["watch=soon", "abort_if=error_rate", "watch=1s&abort_if=p50%20%3E%201s"] {
                let answer = try await running.admin("POST", "/rules?\(query)", body: rule("good"))
                #expect(answer.status == 400, "\(query)")
            }
            #expect(try await running.json("/revisions")["current"]?.integer == before)
        }
    }
}
