extension Redirect {
    static func decode(_ field: Field) -> Redirect? {
        field.message("envoy.config.route.v3.RedirectAction") { message in
            let scheme = message.oneOf("https_redirect", "scheme_redirect").flatMap { name, value -> RedirectScheme? in
                if name == "https_redirect" { return value.bool() == true ? .https : .same }
                return value.headerValue().map { $0.isEmpty ? .same : .named($0) }
            }
            let path = message.oneOf("path_redirect", "prefix_rewrite", "regex_rewrite")
                .flatMap { name, value -> RedirectPath? in
                    switch name {
                    case "path_redirect": value.headerValue().map { $0.isEmpty ? .same : .replaced($0) }
                    case "prefix_rewrite": value.headerValue().map(RedirectPath.prefixRewrite)
                    default: RegexRewrite.decode(value).map(RedirectPath.regexRewrite)
                    }
                }
            return Redirect(
                scheme: scheme ?? .same,
                hostRedirect: message["host_redirect"]?.headerValue() ?? "",
                portRedirect: message.uint32("port_redirect", in: 0...65535) ?? 0,
                path: path ?? .same,
                responseCode: message["response_code"]?.choice([
                    "MOVED_PERMANENTLY": 301, "FOUND": 302, "SEE_OTHER": 303, "TEMPORARY_REDIRECT": 307,
                    "PERMANENT_REDIRECT": 308,
                ]) ?? 301,
                stripQuery: message.bool("strip_query"),
                source: message.source)
        }
    }
}

extension DirectResponse {
    static func decode(_ field: Field, bodyLimit: Int) -> DirectResponse? {
        field.message("envoy.config.route.v3.DirectResponseAction") { message in
            let status = message.required("status")?.integer(UInt32.self, in: 200...599)
            let body = message["body"]
            let bytes = body.flatMap(DataSource.bytes)
            let format = message["body_format"].flatMap(SubstitutionFormat.decode)
            if let body, let bytes, bytes.count > bodyLimit {
                body.report(.bodyTooLarge(bytes.count, limit: bodyLimit))
            }
            guard let status else { return nil }
            return DirectResponse(status: status, body: bytes ?? [], bodyFormat: format, source: message.source)
        }
    }
}
