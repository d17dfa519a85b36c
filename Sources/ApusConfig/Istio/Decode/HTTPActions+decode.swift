extension HTTPRedirect {
    static func decode(_ field: Field, matches: [HTTPMatch]) -> HTTPRedirect? {
        field.message("networking.istio.io.HTTPRedirect") { message in
            var redirect = HTTPRedirect()
            redirect.source = message.source
            redirect.uri = message["uri"]?.target() ?? ""
            let prefix = message["prefix_rewrite"]
            redirect.prefixRewrite = prefix?.target()
            redirect.authority = message["authority"]?.target() ?? ""
            let scheme = message["scheme"]
            redirect.scheme = scheme?.string() ?? ""
            if !redirect.scheme.isEmpty, !["http", "https"].contains(redirect.scheme) {
                scheme?.report(.badScheme(redirect.scheme))
            }
            let code = message["redirect_code"]
            if let code, let number = code.integer(UInt32.self), number != 0 {
                if ![301, 302, 303, 307, 308].contains(number) { code.report(.badRedirectCode("\(number)")) }
                redirect.code = number
            }
            let port = message.oneOf("port", "derive_port")
            if let port { redirect.port = readPort(port.name, port.value) }
            if redirect.uri.isEmpty, redirect.prefixRewrite == nil, redirect.authority.isEmpty, scheme == nil,
                code == nil,
                port == nil
            {
                field.report(.emptyRedirect)
            }
            if let prefix, !redirect.uri.isEmpty { prefix.report(.both("uri", "prefixRewrite")) }
            if let prefix, matches.isEmpty || !matches.allSatisfy(\.hasPrefix) { prefix.report(.prefixWithoutPrefix) }
            return redirect
        }
    }

    private static func readPort(_ name: String, _ field: Field) -> RedirectPort {
        if name == "port" { return field.portNumber().map(RedirectPort.number) ?? .unset }
        return field.enumeration(["FROM_PROTOCOL_DEFAULT": .fromProtocol, "FROM_REQUEST_PORT": .fromRequest]) ?? .unset
    }
}

extension HTTPMatch {
    fileprivate var hasPrefix: Bool {
        if case .prefix = uri { true } else { false }
    }
}

extension HTTPRewrite {
    static func decode(_ field: Field) -> HTTPRewrite? {
        field.message("networking.istio.io.HTTPRewrite") { message in
            var rewrite = HTTPRewrite()
            let uri = message["uri"]?.target() ?? ""
            rewrite.uri = uri.isEmpty ? nil : uri
            rewrite.authority = message["authority"]?.target() ?? ""
            let regex = message["uri_regex_rewrite"]
            rewrite.regex = regex.flatMap(RegexRewriteRule.decode)
            if rewrite.uri == nil, rewrite.authority.isEmpty, regex == nil { field.report(.emptyRewrite) }
            if rewrite.uri != nil, let regex { regex.report(.both("uri", "uriRegexRewrite")) }
            return rewrite
        }
    }
}

extension RegexRewriteRule {
    static func decode(_ field: Field) -> RegexRewriteRule? {
        field.message("networking.istio.io.RegexRewrite") { message in
            let match = message["match"]
            let rewrite = message["rewrite"]
            let pattern = match?.string() ?? ""
            let text = rewrite?.target() ?? ""
            guard let match, let rewrite, !pattern.isEmpty, !text.isEmpty else {
                field.report(.halfRegexRewrite)
                return nil
            }
            guard RuleRegex.check(pattern, at: match), Regex.checkRewrite(text, of: pattern, at: rewrite) else {
                return nil
            }
            return RegexRewriteRule(match: pattern, rewrite: text)
        }
    }
}

extension HTTPDirectResponse {
    static func decode(_ field: Field) -> HTTPDirectResponse? {
        field.message("networking.istio.io.HTTPDirectResponse") { message in
            let status = message.required("status").flatMap { RuleStatus.decode($0) }
            let body = message["body"]
            let bytes = body.flatMap(readBody) ?? []
            if let body, bytes.count > 1 << 20 {
                body.report(.bodyTooLarge(bytes.count))
            } else if let body, bytes.count > 100 << 10 {
                body.warn(.largeBody(bytes.count))
            }
            guard let status else { return nil }
            var response = HTTPDirectResponse(status: status)
            response.body = bytes
            return response
        }
    }

    private static func readBody(_ field: Field) -> [UInt8]? {
        field.message("networking.istio.io.HTTPBody") { message in
            guard let (name, value) = message.oneOf("string", "bytes") else { return [] }
            return name == "bytes" ? value.bytes() : value.string().map { Array($0.utf8) }
        }
    }
}

/// A status that Apus itself answers with.
enum RuleStatus {
    static func decode(_ field: Field, most: Int32 = 599) -> UInt32? {
        guard let status = field.integer(Int32.self) else { return nil }
        guard (200...most).contains(status) else {
            field.report(.statusOutOfRange("\(status)"))
            return nil
        }
        return UInt32(status)
    }
}

extension HTTPMirror {
    /// `mirror` with either spelling of its share, or `mirrors`.
    static func decode(_ message: Message) -> [HTTPMirror] {
        let mirror = message["mirror"]
        let destination = mirror.flatMap(Destination.decode)
        let old = message["mirror_percent"]
        let oldShare = old.flatMap(percent)
        old?.warn(.mirrorPercentDeprecated)
        let share =
            message["mirror_percentage"].flatMap { percentage($0, name: "mirror_percentage") } ?? oldShare ?? .all
        let list = message["mirrors"]
        let mirrors = list?.elements.compactMap(decode(one:)) ?? []
        if mirror != nil, list?.isEmptyList == false { message.field.report(.both("mirror", "mirrors")) }
        guard let mirror, let destination else { return mirrors }
        var first = HTTPMirror(destination: destination, percentage: share)
        first.source = mirror.source
        return [first] + mirrors
    }

    private static func decode(one field: Field) -> HTTPMirror? {
        field.message("networking.istio.io.HTTPMirrorPolicy") { message in
            let destination = Destination.required(message)
            let share = message["percentage"].flatMap { percentage($0, name: "percentage") } ?? .all
            guard let destination else { return nil }
            var mirror = HTTPMirror(destination: destination, percentage: share)
            mirror.source = message.source
            return mirror
        }
    }

    private static func percent(_ field: Field) -> Percentage? {
        guard let number = field.integer(UInt32.self) else { return nil }
        if number > 100 { field.report(.percentTooLarge("mirror_percent", "\(number)")) }
        return Percentage(percent: Double(number))
    }

    private static func percentage(_ field: Field, name: String) -> Percentage? {
        Percentage.decode(field) { value, field in
            let text = field.text ?? ""
            if value > 100 { field.report(.percentTooLarge(name, text)) }
            if value < 0 { field.report(.percentNegative(name, text)) }
        }
    }
}

extension Percentage {
    /// `Percent`: absent, its value is 0.
    static func decode(_ field: Field, check: (Double, Field) -> Void) -> Percentage? {
        field.message("networking.istio.io.Percent") { message in
            guard let field = message["value"] else { return .zero }
            guard let value = field.double() else { return nil }
            check(value, field)
            return Percentage(percent: value)
        }
    }
}
