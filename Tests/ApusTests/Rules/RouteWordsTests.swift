import ApusConfig
import Testing

@testable import apus

@Suite("Routes in short words")
struct RouteWordsTests {
    private func json(_ text: String) throws -> ConfigValue { try #require(JSONText.read(text)) }

    @Test(
        "Shares add up to 100 %, and a small one is not nothing",
        arguments: [
            ([90, 10], ["90%", "10%"]), ([1, 1, 1], ["33.4%", "33.3%", "33.3%"]), ([1, 0], ["100%", "0%"]),
            ([199, 1], ["99.5%", "0.5%"]), ([0, 0], ["0%", "0%"]), ([], []),
        ])
    func shares(weights: [Int], shown: [String]) {
        #expect(Share.percents(of: weights) == shown)
    }

    @Test("Matches, targets and policies")
    func words() throws {
        let route = try json(
            """
            {"name": "r", "match": {"prefix": "/a", "headers": [
              {"name": ":method", "string_match": {"exact": "GET"}},
              {"name": "x-a", "string_match": {"safe_regex": {"regex": "v.*"}}, "invert_match": true},
              {"name": "x-b", "present_match": true}],
              "query_parameters": [{"name": "q", "string_match": {"exact": "1"}}]},
             "route": {"weighted_clusters": {"clusters": [
              {"name": "outbound|80|v1|a.b.svc.cluster.local", "weight": 3},
              {"name": "outbound|80||a.b.svc.cluster.local", "weight": 1}]},
              "timeout": "3s", "prefix_rewrite": "/b",
              "retry_policy": {"retry_on": "5xx", "num_retries": 3, "per_try_timeout": "1s"},
              "request_mirror_policies": [{"cluster": "m", "runtime_fraction": {"default_value": {"numerator": 5, "denominator": "HUNDRED"}}}]}}
            """)
        #expect(RouteWords.match(route["match"]) == "GET /a* not x-a~v.* x-b ?q=1")
        #expect(RouteWords.target(route) == "a.b:80 v1 75%, a.b:80 25%")
        #expect(
            RouteWords.policies(route)
                == "rewrite path /b*, mirror m 5%, timeout 3s, retries 3 within 1s each on 5xx")
        #expect(RouteWords.target(try json(#"{"direct_response": {"status": 405}}"#)) == "answer 405")
        #expect(
            RouteWords.target(try json(#"{"redirect": {"https_redirect": true, "response_code": "FOUND"}}"#))
                == "redirect 302 to https://{host}")
    }

    @Test("A table of services from two readings")
    func top() throws {
        let before = try json(
            #"{"milliseconds": 1000, "services": [{"name": "a", "answers": 10, "errors": 0, "active": 0, "copies": {"sent": 0, "failed": 0, "dropped": 0}, "endpoints": 2, "usable": 2, "times": [[1, 2, 10]]}]}"#
        )
        let now = try json(
            #"{"milliseconds": 3000, "services": [{"name": "a", "answers": 30, "errors": 5, "active": 1, "copies": {"sent": 4, "failed": 1, "dropped": 0}, "endpoints": 2, "usable": 1, "times": [[1, 2, 29], [7, 8, 1]]}]}"#
        )
        let lines = TopTable.lines(from: before, to: now)
        #expect(lines.count == 2)
        #expect(
            lines[1].split(separator: "  ", omittingEmptySubsequences: true).map { String($0.drop { $0 == " " }) } == [
                "a", "10/s", "75 %", "1 ms", "7 ms", "1", "1/2", "2/s, 1 failed",
            ])
    }
}
