/// What stands in a command's parentheses, and the ways to read it.
struct FormatArgument {
    let name: String
    let text: String

    private func problem(_ reason: String) -> FormatProblem { .badArgument(name, text, reason: reason) }

    /// `x-a` or `x-a?x-b`: a header and the one to use when the first is absent.
    func headers() throws(FormatProblem) -> (String, String?) {
        let parts = text.split(separator: "?", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw problem("at most one alternative may follow the ?") }
        for part in parts {
            let name = part.utf8.first == UInt8(ascii: ":") ? part.utf8.dropFirst() : part.utf8
            guard name.allSatisfy(HeaderText.isTokenByte) else { throw problem("this is not a header's name") }
        }
        guard !parts[0].isEmpty else { throw problem("a header's name is missing") }
        return (parts[0].lowercased(), parts.count == 2 ? parts[1].lowercased() : nil)
    }

    /// `namespace:key:key`
    func metadata() throws(FormatProblem) -> (String, [String]) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, !first.isEmpty else { throw problem("a namespace is missing") }
        return (first, Array(parts.dropFirst()))
    }

    /// `ROUTE:namespace:key`
    func typedMetadata() throws(FormatProblem) -> FormatOperator {
        guard let colon = text.firstIndex(of: ":") else { throw problem("expected TYPE:namespace:key") }
        let rest = FormatArgument(name: name, text: String(text[text.index(after: colon)...]))
        let (namespace, path) = try rest.metadata()
        switch text[..<colon] {
        case "DYNAMIC": return .dynamicMetadata(namespace: namespace, path: path)
        case "CLUSTER": return .clusterMetadata(namespace: namespace, path: path)
        case "UPSTREAM_HOST": return .upstreamMetadata(namespace: namespace, path: path)
        case "ROUTE": return .routeMetadata(namespace: namespace, path: path)
        case "VIRTUAL_HOST": return .virtualHostMetadata(namespace: namespace, path: path)
        case "LISTENER": return .listenerMetadata(namespace: namespace, path: path)
        default: throw problem("the type is one of DYNAMIC, CLUSTER, ROUTE, UPSTREAM_HOST, LISTENER, VIRTUAL_HOST")
        }
    }

    func time() throws(FormatProblem) -> TimeFormat? {
        guard !text.isEmpty else { return nil }
        guard let format = TimeFormat(parsing: text) else { throw problem("this is not a time format") }
        return format
    }

    /// `16`: the bits of an address that are shown.
    func addressPart() throws(FormatProblem) -> AddressPart {
        guard !text.isEmpty else { return .withoutPort }
        guard let bits = UInt8(text), bits <= 128 else { throw problem("expected a number from 0 to 128") }
        return .masked(prefixLength: bits)
    }

    func grpcStatus() throws(FormatProblem) -> FormatOperator {
        switch text {
        case "", "CAMEL_STRING": .grpcStatus(.camelCase)
        case "SNAKE_STRING": .grpcStatus(.snakeCase)
        case "NUMBER": .grpcStatus(.number)
        default: throw problem("expected CAMEL_STRING, SNAKE_STRING or NUMBER")
        }
    }

    /// `WQ:ORIG_OR_PATH`, each part optional.
    func path() throws(FormatProblem) -> FormatOperator {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw problem("expected at most two parts") }
        let query: PathQuery
        switch parts.first ?? "" {
        case "", "WQ": query = .with
        case "NQ": query = .without
        default: throw problem("the first part is WQ or NQ")
        }
        switch parts.count == 2 ? parts[1] : "" {
        case "", "ORIG_OR_PATH": return .path(query: query, source: .originalOrPath)
        case "PATH": return .path(query: query, source: .path)
        case "ORIG": return .path(query: query, source: .original)
        default: throw problem("the second part is PATH, ORIG or ORIG_OR_PATH")
        }
    }

    func queryParameters() throws(FormatProblem) -> FormatOperator {
        switch text {
        case "", "ORIG": .queryParameters(decoded: false)
        case "DECODED": .queryParameters(decoded: true)
        default: throw problem("expected ORIG or DECODED")
        }
    }

    /// `START:END:PRECISION`; milliseconds when there is no precision.
    func duration() throws(FormatProblem) -> FormatOperator {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw problem("expected START:END:PRECISION")
        }
        let precision: TimePrecision
        switch parts.count == 3 ? parts[2] : "ms" {
        case "ms": precision = .milliseconds
        case "us": precision = .microseconds
        case "ns": precision = .nanoseconds
        default: throw problem("the precision is ms, us or ns")
        }
        return .commonDuration(
            from: FormatArgument.point(parts[0]), to: FormatArgument.point(parts[1]), precision: precision)
    }

    private static func point(_ name: String) -> TimePoint {
        switch name {
        case "DS_RX_BEG": .downstreamReceiveBegins
        case "DS_RX_END": .downstreamReceiveEnds
        case "US_CX_BEG": .upstreamConnectBegins
        case "US_CX_END": .upstreamConnectEnds
        case "US_HS_END": .upstreamHandshakeEnds
        case "US_TX_BEG": .upstreamSendBegins
        case "US_TX_END": .upstreamSendEnds
        case "US_RX_BEG": .upstreamReceiveBegins
        case "US_RX_BODY_BEG": .upstreamBodyBegins
        case "US_RX_END": .upstreamReceiveEnds
        case "DS_TX_BEG": .downstreamSendBegins
        case "DS_TX_END": .downstreamSendEnds
        default: .custom(name)
        }
    }

    /// `key`, `key:PLAIN`, `key:TYPED`, `key:FIELD:name`
    func filterState() throws(FormatProblem) -> FormatOperator {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let key = parts[0]
        guard !key.isEmpty else { throw problem("a key is missing") }
        switch (parts.count, parts.count > 1 ? parts[1] : "TYPED") {
        case (...2, "PLAIN"): return .filterState(key: key, style: .plain, field: nil)
        case (...2, "TYPED"): return .filterState(key: key, style: .typed, field: nil)
        case (3, "FIELD"): return .filterState(key: key, style: .field, field: parts[2])
        default: throw problem("expected key, key:PLAIN, key:TYPED or key:FIELD:name")
        }
    }

    func requestedServerName() throws(FormatProblem) -> FormatOperator {
        guard text.isEmpty || text == "SNI_ONLY" else { throw problem("expected SNI_ONLY or nothing") }
        return .requestedServerName
    }

    func responseCodeDetails() throws(FormatProblem) -> FormatOperator {
        guard text.isEmpty || text == "ALLOW_WHITESPACES" else {
            throw problem("expected ALLOW_WHITESPACES or nothing")
        }
        return .responseCodeDetails
    }
}
