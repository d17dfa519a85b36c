/// What a rule does to its requests, but for where it sends them.
enum HTTPRuleFacts {
    static func of(_ rule: HTTPRule) -> [Fact] {
        var facts = answer(rule)
        facts += rule.mirrors.map {
            Fact.item("mirror to \(Shares.name($0.destination))", EffectText.percent($0.percentage))
        }
        facts += Fact.setting("fault", rule.fault.map(FaultWords.of))
        facts += Fact.setting("timeout", rule.timeout.map(EffectText.time))
        facts += Fact.setting("retries", rule.retries.map(RetryWords.of))
        facts += rewrite(rule.rewrite)
        if let policy = rule.corsPolicy { facts += CORSFacts.of(policy) }
        facts += HeaderFacts.of(rule.headers)
        for share in rule.route {
            facts += HeaderFacts.of(share.headers, of: Shares.name(share.destination))
        }
        return facts
    }

    private static func answer(_ rule: HTTPRule) -> [Fact] {
        var facts: [Fact] = []
        facts += Fact.setting("redirect", rule.redirect.map(redirect))
        if let response = rule.directResponse {
            facts.append(.setting("direct response", "\(response.status)"))
            if !response.body.isEmpty {
                let text = String(decoding: response.body, as: UTF8.self)
                let shown =
                    response.body.count > 40
                    ? EffectText.count(response.body.count, "byte") : "\"\(EffectText.short(text))\""
                facts.append(.setting("body", text, shownAs: shown))
            }
        }
        facts += Fact.setting(
            "delegate", rule.delegate.map { $0.namespace.isEmpty ? $0.name : "\($0.namespace)/\($0.name)" })
        return facts
    }

    private static func redirect(_ redirect: HTTPRedirect) -> String {
        var address = redirect.scheme.isEmpty ? "" : "\(redirect.scheme)://"
        address += !redirect.authority.isEmpty ? redirect.authority : redirect.scheme.isEmpty ? "" : "the same host"
        var words = [redirect.code.description]
        switch redirect.port {
        case .unset: break
        case .number(let port): address += ":\(port)"
        case .fromRequest: words.append("at the request's port")
        case .fromProtocol: words.append("at the scheme's own port")
        }
        address += redirect.uri
        if !address.isEmpty { words.insert("to \(address)", at: 1) }
        if let prefix = redirect.prefixRewrite { words.append("with the prefix \(prefix)") }
        return words.joined(separator: " ")
    }

    private static func rewrite(_ rewrite: HTTPRewrite?) -> [Fact] {
        guard let rewrite else { return [] }
        var facts = Fact.setting("path rewritten to", rewrite.uri)
        if let regex = rewrite.regex {
            facts.append(.setting("path rewritten by", "\(regex.match) to \(regex.rewrite)"))
        }
        if !rewrite.authority.isEmpty { facts.append(.setting("authority rewritten to", rewrite.authority)) }
        return facts
    }
}
