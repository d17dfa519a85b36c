extension HTTPMatch {
    static func decode(_ field: Field) -> HTTPMatch? {
        field.message("networking.istio.io.HTTPMatchRequest") { message in
            var match = HTTPMatch()
            match.source = message.source
            match.name = message.string("name")
            match.uri = message["uri"].flatMap { StringMatch.decode($0, takesEmptyPrefix: true) }
            match.ignoreUriCase = message.bool("ignore_uri_case")
            match.scheme = message["scheme"].flatMap { StringMatch.decode($0) }
            match.method = message["method"].flatMap { StringMatch.decode($0) }
            match.authority = message["authority"].flatMap { StringMatch.decode($0) }
            match.headers = named(message["headers"], areHeaders: true)
            match.withoutHeaders = named(message["without_headers"], areHeaders: true)
            match.queryParams = named(message["query_params"], areHeaders: false)
            match.port = message["port"]?.portNumber()
            match.gateways = message.strings("gateways")
            match.sourceLabels = message["source_labels"]?.labels() ?? [:]
            if let namespace = message["source_namespace"] {
                match.sourceNamespace = namespace.string() ?? ""
                if !match.sourceNamespace.isEmpty, !NameText.isLabel(match.sourceNamespace) {
                    namespace.report(.badNamespace(match.sourceNamespace))
                }
            }
            message.ignore("stat_prefix")
            return match
        }
    }

    private static func named(_ field: Field?, areHeaders: Bool) -> [NamedMatch] {
        guard let field else { return [] }
        guard case .mapping(let entries) = field.node.content else {
            field.wrongType("a mapping")
            return []
        }
        return entries.compactMap { entry in
            let value = Field(node: entry.value, place: field.place.key(entry.key), reading: field.reading)
            if entry.value.isNull {
                value.report(.nullMatch(entry.key))
                return nil
            }
            if areHeaders {
                if entry.key.hasPrefix("@request.auth.claims") {
                    value.report(.claims(entry.key))
                } else if !HeaderText.isToken(entry.key) {
                    value.report(.noHeaderName(entry.key))
                }
            }
            let name = areHeaders ? entry.key.lowercased() : entry.key
            return StringMatch.decode(value).map { NamedMatch(name: name, match: $0, source: value.source) }
        }
    }
}

extension StringMatch {
    /// Istio reads `{}` and `regex: "*"` as: it is there.
    static func decode(_ field: Field, takesEmptyPrefix: Bool = false) -> StringMatch? {
        field.message("networking.istio.io.StringMatch") { message in
            guard let (name, value) = message.oneOf("exact", "prefix", "regex") else { return .present }
            guard let text = value.string() else { return nil }
            switch name {
            case "exact": return .exact(text)
            case "prefix":
                if text.isEmpty, !takesEmptyPrefix { value.report(.emptyPrefix) }
                return .prefix(text)
            default:
                if text == "*" { return .present }
                value.checkRule(regex: text)
                return .regex(text)
            }
        }
    }
}

extension Field {
    func checkRule(regex text: String) {
        if text.isEmpty {
            report(.emptyRegex)
        } else if text.utf8.count > 1024 {
            report(.longRegex(text.utf8.count))
        } else if let reason = Regex.problem(text) {
            report(.noRE2(text, reason: reason))
        }
    }
}
