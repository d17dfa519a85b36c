extension RouteCompilation {
    /// Whether the selectors of a match leave it in this table.
    func applies(_ match: HTTPMatch, in scope: RouteScope) -> Bool {
        if let port = match.port, port != scope.port { return false }
        // Gateways take the place of those of the VirtualService, and of the other selectors, too.
        if !match.gateways.isEmpty { return match.gateways.contains(scope.gateway) }
        return match.sourceLabels.allSatisfy { identity.labels[$0.key] == $0.value }
            && (match.sourceNamespace.isEmpty || match.sourceNamespace == identity.namespace)
    }
}

extension RouteMatch {
    init(_ match: HTTPMatch) {
        let pseudo: [(String, StringMatch?)] = [
            (":method", match.method), (":authority", match.authority), (":scheme", match.scheme),
        ]
        self.init(
            path: PathSpecifier(match.uri, source: match.source), caseSensitive: !match.ignoresCase,
            headers: match.headers.map { HeaderMatcher($0.name, $0.match, source: $0.source) }
                + match.withoutHeaders.map { HeaderMatcher(without: $0) }
                + pseudo.compactMap { name, value in value.map { HeaderMatcher(name, $0, source: match.source) } },
            queryParameters: match.queryParams.map(QueryParameterMatcher.init), source: match.source)
    }
}

extension HTTPMatch {
    /// Regular expressions say themselves whether case counts.
    fileprivate var ignoresCase: Bool {
        if case .regex? = uri { false } else { ignoreUriCase }
    }
}

extension PathSpecifier {
    init(_ uri: StringMatch?, source: SourceMark) {
        switch uri {
        case .exact(let text): self = .path(text)
        case .prefix(let text): self = .prefix(text)
        case .regex(let text): self = .safeRegex(RegexMatcher(regex: text, source: source))
        case .present, nil: self = .prefix("/")
        }
    }
}

extension HeaderMatcher {
    init(_ name: String, _ match: StringMatch, source: SourceMark) {
        self.init(
            name: name, match: StringMatcher(match, source: source).map(HeaderMatch.string) ?? .present(true),
            source: source)
        joinsFields = match != .present && !name.hasPrefix(":")
    }

    /// A header that is not there counts as an empty one, except where its being there is all that is asked.
    init(without header: NamedMatch) {
        self.init(header.name, header.match, source: header.source)
        invertMatch = true
        treatMissingHeaderAsEmpty = header.match != .present
    }
}

extension QueryParameterMatcher {
    init(_ parameter: NamedMatch) {
        let text = StringMatcher(parameter.match, source: parameter.source)
        self.init(
            name: parameter.name, match: text.map(QueryParameterMatch.string) ?? .present(true),
            source: parameter.source)
    }
}

extension StringMatcher {
    /// nil: any text will do.
    init?(_ match: StringMatch, source: SourceMark) {
        switch match {
        case .exact(let text): self.init(pattern: .exact(text), source: source)
        case .prefix(let text): self.init(pattern: .prefix(text), source: source)
        case .regex(let text):
            self.init(pattern: .safeRegex(RegexMatcher(regex: text, source: source)), source: source)
        case .present: return nil
        }
    }
}
