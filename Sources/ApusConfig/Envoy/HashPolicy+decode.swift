extension HashPolicy {
    private static let type = "envoy.config.route.v3.RouteAction.HashPolicy"

    static func decode(_ field: Field) -> HashPolicy? {
        field.message(type) { message in
            let choice = message.oneOf("header", "cookie", "connection_properties", "query_parameter")
            let terminal = message.bool("terminal")
            if choice == nil, !message.has("filter_state") {
                field.report(.missingOneOf(["header", "cookie", "connection_properties", "query_parameter"]))
            }
            guard let choice, let key = key(choice.name, choice.value) else { return nil }
            return HashPolicy(key: key, terminal: terminal, source: message.source)
        }
    }

    private static func key(_ name: String, _ field: Field) -> HashKey? {
        switch name {
        case "header":
            field.message("\(type).Header") { message in
                let name = message.name("header_name")
                let rewrite = message["regex_rewrite"].flatMap(RegexRewrite.decode)
                return name.map { .header(name: $0.lowercased(), rewrite: rewrite) }
            }
        case "cookie":
            field.message("\(type).Cookie") { message in
                let name = cookieName(message)
                let ttl = message.duration("ttl")
                let path = message["path"]?.headerValue() ?? ""
                let attributes = message.each("attributes", CookieAttribute.decode)
                return name.map { .cookie(HashCookie(name: $0, ttl: ttl, path: path, attributes: attributes)) }
            }
        case "connection_properties":
            field.message("\(type).ConnectionProperties") { message in
                guard let source = message["source_ip"] else {
                    message.report(missing: "source_ip")
                    return nil
                }
                return source.bool() == true ? .sourceIP : nil
            }
        default:
            field.message("\(type).QueryParameter") { message in message.name("name").map(HashKey.queryParameter) }
        }
    }

    /// Of a cookie, or of one of its attributes: it is written into answers.
    fileprivate static func cookieName(_ message: Message) -> String? {
        guard let field = message.required("name"), let name = field.nonEmptyString() else { return nil }
        return HeaderText.checkValue(name, at: field) ? name : nil
    }
}

extension CookieAttribute {
    static func decode(_ field: Field) -> CookieAttribute? {
        field.message("envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute") { message in
            let name = HashPolicy.cookieName(message)
            let value = message["value"]?.headerValue() ?? ""
            return name.map { CookieAttribute(name: $0, value: value) }
        }
    }
}
