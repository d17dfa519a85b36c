import Testing

@testable import ApusConfig

@Suite("What a change of rules means, in words")
struct RuleEffectsTests {
    private func rule(_ http: String) throws -> Rule {
        let text = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews}
            spec: {hosts: [reviews], http: [\(http)]}
            """
        let reading = RuleReader.read(text: text, file: "rules")
        try #require(reading.errors.isEmpty, "\(reading.errors)")
        return try #require(reading.rules.first)
    }

    private static let all = "{route: [{destination: {host: reviews, subset: v1}}]}"
    private static let most =
        "{route: [{destination: {host: reviews, subset: v1}, weight: 90}, {destination: {host: reviews, subset: v3}, weight: 10}]}"

    @Test(
        "Shares move",
        arguments: [
            (all, most, ["reviews: 10 % of requests moves from reviews v1 to reviews v3"]),
            (most, all, ["reviews: 10 % of requests moves from reviews v3 to reviews v1"]),
            (all, all, []),
            (
                all,
                "{route: [{destination: {host: reviews, subset: v1}}], mirror: {host: reviews, subset: v2}, mirrorPercentage: {value: 50}}",
                ["reviews: new mirror to reviews v2, 50 %"]
            ),
            (
                all, "{route: [{destination: {host: reviews, subset: v1}}], timeout: 0.5s}",
                ["reviews: timeout: none becomes 0.5 s"]
            ),
            (all, "\(all), \(most)", ["reviews rule 2: a new rule, 90 % to reviews v1, 10 % to reviews v3"]),
            ("\(all), \(most)", all, ["reviews rule 2: the rule is gone"]),
        ])
    func changes(old: String, new: String, effects: [String]) throws {
        #expect(RuleEffects.of(try rule(old), try rule(new)) == effects)
    }

    @Test("What begins and what ends")
    func ends() throws {
        #expect(RuleEffects.of(nil, try rule(Self.all)) == ["reviews: 100 % to reviews v1"])
        #expect(RuleEffects.of(try rule(Self.all), nil) == ["reviews: its rules are gone"])
    }
}
