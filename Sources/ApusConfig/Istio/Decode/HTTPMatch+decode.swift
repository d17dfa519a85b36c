extension HTTPMatch {
    static func decode(_ field: Field) -> HTTPMatch? {
        field.message("networking.istio.io.HTTPMatchRequest") { message in
            var match = HTTPMatch()
            match.source = message.source
            match.name = message.string("name")
            match.uri = message["uri"].flatMap { StringMatch.decode($0, .uri) }
            match.ignoreUriCase = message.bool("ignore_uri_case")
            match.scheme = message["scheme"].flatMap { StringMatch.decode($0) }
            match.method = message["method"].flatMap { StringMatch.decode($0) }
            match.authority = message["authority"].flatMap { StringMatch.decode($0) }
            match.headers = message["headers"].map { NamedMatch.headers($0) } ?? []
            match.withoutHeaders = message["without_headers"].map { NamedMatch.headers($0) } ?? []
            match.queryParams = message["query_params"].map { NamedMatch.parameters($0) } ?? []
            match.port = message["port"].flatMap { $0.text == "0" ? nil : $0.portNumber() }
            match.gateways = message["gateways"].map(GatewayReference.decode) ?? []
            match.sourceLabels = message["source_labels"]?.labels() ?? [:]
            let namespace = message["source_namespace"]
            match.sourceNamespace = namespace?.string() ?? ""
            if !match.sourceNamespace.isEmpty, !NameText.isLabel(match.sourceNamespace) {
                namespace?.report(.badNamespace(match.sourceNamespace))
            }
            message.ignore("stat_prefix")
            return match
        }
    }
}

extension NamedMatch {
    static func headers(_ field: Field) -> [NamedMatch] {
        field.allMembers.compactMap { name, value in
            if name.hasPrefix("@request.auth.claims") {
                value.report(.claims(name))
            } else if name.isEmpty {
                value.report(.emptyHeaderName)
            } else if !HeaderText.isName(name) {
                value.report(.badHeaderName(name))
            }
            guard !value.node.isNull else {
                value.report(.nullHeaderMatch(name))
                return nil
            }
            return decode(name.lowercased(), value)
        }
    }

    static func parameters(_ field: Field) -> [NamedMatch] { field.members.compactMap { decode($0.key, $0.value) } }

    private static func decode(_ name: String, _ field: Field) -> NamedMatch? {
        StringMatch.decode(field, .named).map { NamedMatch(name: name, match: $0, source: field.source) }
    }
}
