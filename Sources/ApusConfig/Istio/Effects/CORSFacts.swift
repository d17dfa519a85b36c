/// Who may ask from a page of another origin.
enum CORSFacts {
    static func of(_ policy: IstioCORSPolicy) -> [Fact] {
        var facts: [Fact] = [.list("CORS origins", policy.allowOrigins.map(origin))]
        facts += Fact.list("CORS methods", unlessEmpty: policy.allowMethods)
        facts += Fact.list("CORS request headers", unlessEmpty: policy.allowHeaders)
        facts += Fact.list("CORS exposed headers", unlessEmpty: policy.exposeHeaders)
        facts += Fact.setting("CORS maximum age", policy.maxAge.map(EffectText.time))
        facts += Fact.setting("CORS credentials", policy.allowCredentials.map { $0 ? "allowed" : "not allowed" })
        if !policy.forwardsUnmatchedPreflights {
            facts.append(.setting("CORS preflights of other origins", "not forwarded"))
        }
        return facts
    }

    private static func origin(_ match: StringMatch) -> String {
        switch match {
        case .exact(let origin): origin
        case .prefix(let start): "beginning with \(start)"
        case .regex(let pattern): "matching \(pattern)"
        case .present: "any"
        }
    }
}
