/// A rule of a VirtualService with the names in it made full, and the document that it stands in.
struct ResolvedRule {
    var http: HTTPRule
    /// The VirtualService, or the delegate that brings the rule.
    let document: RuleName
}

extension RouteCompilation {
    /// The rules of a VirtualService in their order; those that delegate are replaced by what their delegates say.
    func resolvedRules(of virtualService: Rule) -> [ResolvedRule] {
        guard case .virtualService(let spec) = virtualService.spec else { return [] }
        return spec.http.flatMap { rule -> [ResolvedRule] in
            let root = rule.resolved(in: virtualService.name.namespace)
            guard let reference = rule.delegate else {
                return [ResolvedRule(http: root, document: virtualService.name)]
            }
            guard let (name, delegate) = self.delegate(reference, of: virtualService.name.namespace) else { return [] }
            // One level: a delegate does not delegate.
            return delegate.http.filter { $0.delegate == nil }.compactMap { leaf in
                root.merged(with: leaf.resolved(in: name.namespace)).map { ResolvedRule(http: $0, document: name) }
            }
        }
    }

    func delegate(_ reference: RuleDelegate, of namespace: String) -> (RuleName, VirtualService)? {
        let name = reference.ruleName(in: namespace)
        guard case .virtualService(let spec)? = rules[name]?.spec, spec.hosts.isEmpty,
            Visibility.reaches(namespace, from: name.namespace, exportTo: spec.exportTo)
        else { return nil }
        return (name, spec)
    }
}

extension RuleDelegate {
    /// The VirtualService that a rule of this namespace means.
    func ruleName(in namespace: String) -> RuleName {
        RuleName(kind: .virtualService, namespace: self.namespace.isEmpty ? namespace : self.namespace, name: name)
    }
}

extension HTTPRule {
    /// Names of hosts and gateways made full: those without a namespace are of this one.
    fileprivate func resolved(in namespace: String) -> HTTPRule {
        var rule = self
        for index in rule.route.indices { rule.route[index].destination.complete(in: namespace) }
        for index in rule.mirrors.indices { rule.mirrors[index].destination.complete(in: namespace) }
        for index in rule.match.indices where !rule.match[index].gateways.isEmpty {
            rule.match[index].gateways = rule.match[index].gateways.map { GatewayName.full($0, in: namespace) }
        }
        return rule
    }

    /// A delegate's rule under this one; nil when no request could match both.
    fileprivate func merged(with leaf: HTTPRule) -> HTTPRule? {
        guard let matches = Self.merged(match, leaf.match) else { return nil }
        var rule = leaf
        rule.match = matches
        rule.name = Self.joined(name, leaf.name)
        rule.rewrite = leaf.rewrite ?? rewrite
        rule.directResponse = leaf.directResponse ?? directResponse
        rule.timeout = leaf.timeout ?? timeout
        rule.retries = leaf.retries ?? retries
        rule.fault = leaf.fault ?? fault
        if leaf.mirrors.isEmpty { rule.mirrors = mirrors }
        rule.corsPolicy = leaf.corsPolicy ?? corsPolicy
        if leaf.headers == HeaderOperations() { rule.headers = headers }
        return rule
    }

    /// Each match of the delegate must agree with one of the root's, at least.
    private static func merged(_ roots: [HTTPMatch], _ leaves: [HTTPMatch]) -> [HTTPMatch]? {
        if roots.isEmpty { return leaves }
        if leaves.isEmpty { return roots }
        var merged: [HTTPMatch] = []
        for leaf in leaves {
            let pairs = roots.filter { $0.agrees(with: leaf) }.map { $0.merged(with: leaf) }
            if pairs.isEmpty { return nil }
            merged += pairs
        }
        return merged
    }

    fileprivate static func joined(_ root: String, _ leaf: String) -> String {
        if root.isEmpty || leaf.isEmpty { return root + leaf }
        return "\(root)-\(leaf)"
    }
}

extension Destination {
    fileprivate mutating func complete(in namespace: String) { host = IstioName.full(host, in: namespace) }
}

extension HTTPMatch {
    fileprivate func merged(with leaf: HTTPMatch) -> HTTPMatch {
        var match = leaf
        match.name = HTTPRule.joined(name, leaf.name)
        match.uri = leaf.uri ?? uri
        match.scheme = leaf.scheme ?? scheme
        match.method = leaf.method ?? method
        match.authority = leaf.authority ?? authority
        match.headers = headers.united(with: leaf.headers)
        match.withoutHeaders = withoutHeaders.united(with: leaf.withoutHeaders)
        match.queryParams = queryParams.united(with: leaf.queryParams)
        match.port = leaf.port ?? port
        match.sourceLabels = sourceLabels.merging(leaf.sourceLabels) { $1 }
        if leaf.sourceNamespace.isEmpty { match.sourceNamespace = sourceNamespace }
        if leaf.gateways.isEmpty { match.gateways = gateways }
        return match
    }

    fileprivate func agrees(with leaf: HTTPMatch) -> Bool {
        let single: [(StringMatch?, StringMatch?)] = [
            (uri, leaf.uri), (scheme, leaf.scheme), (method, leaf.method), (authority, leaf.authority),
        ]
        guard single.allSatisfy({ StringMatch.agree($0, $1) }), headers.agree(with: leaf.headers),
            withoutHeaders.agree(with: leaf.withoutHeaders), queryParams.agree(with: leaf.queryParams),
            ignoreUriCase == leaf.ignoreUriCase
        else { return false }
        if let port, let other = leaf.port, port != other { return false }
        if !sourceNamespace.isEmpty, !leaf.sourceNamespace.isEmpty, sourceNamespace != leaf.sourceNamespace {
            return false
        }
        return leaf.sourceLabels.allSatisfy { sourceLabels[$0.key] == nil || sourceLabels[$0.key] == $0.value }
            && (gateways.isEmpty || Set(gateways).isSuperset(of: leaf.gateways))
    }
}

extension [NamedMatch] {
    /// Both lists; of a name that is in both, the other's.
    fileprivate func united(with other: [NamedMatch]) -> [NamedMatch] {
        filter { own in !other.contains { $0.name == own.name } } + other
    }

    fileprivate func agree(with other: [NamedMatch]) -> Bool {
        allSatisfy { own in
            other.allSatisfy { $0.name != own.name || StringMatch.agree(own.match, $0.match) }
        }
    }
}

extension StringMatch {
    /// Whether what the delegate asks lies within what the root asks. Nobody can tell of a regular expression beside
    /// another condition.
    fileprivate static func agree(_ root: StringMatch?, _ leaf: StringMatch?) -> Bool {
        switch (root, leaf) {
        case (nil, _), (_, nil), (.present, _), (_, .present): true
        case (.regex, _), (_, .regex): false
        case (.exact(let root), .exact(let leaf)): root == leaf
        case (.exact, .prefix): false
        case (.prefix(let root), .exact(let leaf)), (.prefix(let root), .prefix(let leaf)): leaf.hasPrefix(root)
        }
    }
}
