import ApusConfig

/// What a route does, in short words. `route` is Envoy's JSON of a route.
enum RouteWords {
    /// `GET /reviews* end-user=jason ?debug=1`
    static func match(_ match: ConfigValue?) -> String {
        var parts: [String] = []
        if let share = fraction(match?["runtime_fraction"]?["default_value"]) { parts.append("\(share) of") }
        let headers = match?["headers"]?.list ?? []
        let methods = headers.filter(isMethod)
        parts += methods.compactMap { $0["string_match"]?["exact"]?.text }
        if let prefix = match?["prefix"]?.text { parts.append("\(prefix)*") }
        if let path = match?["path"]?.text { parts.append(path) }
        if let prefix = match?["path_separated_prefix"]?.text { parts.append("\(prefix) \(prefix)/*") }
        if let regex = match?["safe_regex"]?["regex"]?.text { parts.append("~\(regex)") }
        if match?["connect_matcher"] != nil { parts.append("CONNECT") }
        if match?["case_sensitive"] == .bool(false) { parts.append("(in any case)") }
        if match?["grpc"] != nil { parts.append("gRPC") }
        parts += headers.filter { !isMethod($0) }.map(condition)
        parts += (match?["query_parameters"]?.list ?? []).map { "?" + condition($0) }
        return parts.joined(separator: " ")
    }

    private static func isMethod(_ header: ConfigValue) -> Bool {
        header["name"]?.text == ":method" && header["string_match"]?["exact"] != nil
            && header["invert_match"] != .bool(true)
    }

    /// `end-user=jason`, `not x-debug`
    private static func condition(_ object: ConfigValue) -> String {
        var shown = object["string_match"].map(pattern) ?? ""
        if let range = object["range_match"] { shown = "=\(range["start"]?.whole ?? 0)..<\(range["end"]?.whole ?? 0)" }
        let isAbsent = object["present_match"] == .bool(false)
        let isInverted = object["invert_match"] == .bool(true)
        return (isInverted != isAbsent ? "not " : "") + (object["name"]?.text ?? "") + shown
    }

    /// `=jason`, `=ja*`, `~[a-z]+`
    private static func pattern(_ matcher: ConfigValue) -> String {
        if let text = matcher["exact"]?.text { return "=\(text)" }
        if let text = matcher["prefix"]?.text { return "=\(text)*" }
        if let text = matcher["suffix"]?.text { return "=*\(text)" }
        if let text = matcher["contains"]?.text { return "=*\(text)*" }
        return matcher["safe_regex"]?["regex"]?.text.map { "~\($0)" } ?? ""
    }

    // MARK: Targets

    /// `reviews.default:9080 v1 90%, reviews.default:9080 v2 10%`, `redirect 301 to https://{host}/`, `answer 503`
    static func target(_ route: ConfigValue) -> String {
        if let response = route["direct_response"] { return "answer \(response["status"]?.whole ?? 200)" }
        if let redirect = route["redirect"] { return self.redirect(redirect) }
        return route["route"].map(cluster) ?? ""
    }

    /// Where an action, or a TCP proxy, sends what it gets.
    static func cluster(_ action: ConfigValue) -> String {
        if let cluster = action["cluster"]?.text { return short(cluster) }
        if let header = action["cluster_header"]?.text { return "what \(header) names" }
        let targets = action["weighted_clusters"]?["clusters"]?.list ?? []
        let shares = Share.percents(of: targets.map { $0["weight"]?.whole ?? 0 })
        return zip(targets, shares).map { target, share in
            let name =
                target["name"]?.text.map(short) ?? target["cluster_header"]?.text.map { "what \($0) names" } ?? ""
            return "\(name) \(share)"
        }.joined(separator: ", ")
    }

    private static func redirect(_ redirect: ConfigValue) -> String {
        let codes = ["FOUND": 302, "SEE_OTHER": 303, "TEMPORARY_REDIRECT": 307, "PERMANENT_REDIRECT": 308]
        let code = redirect["response_code"]?.text.flatMap { codes[$0] } ?? 301
        let scheme = redirect["https_redirect"] == .bool(true) ? "https" : redirect["scheme_redirect"]?.text
        let port = redirect["port_redirect"]?.whole.map { ":\($0)" }
        let host = redirect["host_redirect"]?.text ?? (scheme ?? port).map { _ in "{host}" }
        let path =
            redirect["path_redirect"]?.text ?? redirect["prefix_rewrite"]?.text.map { "\($0)*" }
            ?? redirect["regex_rewrite"].map { " " + regex($0) }
        let place = (scheme.map { "\($0)://" } ?? "") + (host ?? "") + (port ?? "") + (path ?? "")
        let query = redirect["strip_query"] == .bool(true) ? " without the query" : ""
        return "redirect \(code)" + (place.isEmpty ? "" : " to \(place)") + query
    }

    /// What is changed before a request goes on: `path /v1*, host ratings`.
    static func rewrite(_ route: ConfigValue) -> String {
        let action = route["route"]
        var parts: [String] = []
        if let prefix = action?["prefix_rewrite"]?.text {
            // Of a whole path, all of it is replaced.
            parts.append("path \(prefix)\(route["match"]?["path"] == nil ? "*" : "")")
        }
        if let rewrite = action?["regex_rewrite"] { parts.append("path \(regex(rewrite))") }
        if let host = action?["host_rewrite_literal"]?.text { parts.append("host \(host)") }
        if action?["auto_host_rewrite"] == .bool(true) { parts.append("host of the endpoint") }
        if let header = action?["host_rewrite_header"]?.text { parts.append("host from \(header)") }
        if let rewrite = action?["host_rewrite_path_regex"] { parts.append("host from the path \(regex(rewrite))") }
        return parts.joined(separator: ", ")
    }

    private static func regex(_ rewrite: ConfigValue) -> String {
        "~\(rewrite["pattern"]?["regex"]?.text ?? "") → \(rewrite["substitution"]?.text ?? "")"
    }

    // MARK: Names and shares

    /// `outbound|9080|v1|reviews.default.svc.cluster.local` → `reviews.default:9080 v1`
    static func short(_ cluster: String) -> String {
        let parts = cluster.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return cluster }
        return "\(shortHost(String(parts[3]))):\(parts[1])" + (parts[2].isEmpty ? "" : " \(parts[2])")
    }

    /// `reviews.default.svc.cluster.local:9080` → `reviews.default:9080`
    static func shortHost(_ host: String) -> String { host.replacing(".svc.cluster.local", with: "") }

    /// Of a FractionalPercent; nil: there is none.
    static func fraction(_ fraction: ConfigValue?) -> String? {
        guard let fraction else { return nil }
        let scale =
            switch fraction["denominator"]?.text {
            case "TEN_THOUSAND": 100
            case "MILLION": 1
            default: 10_000
            }
        let numerator = min(max(fraction["numerator"]?.whole ?? 0, 0), 1_000_000)
        return Share.text(min(numerator * scale, 1_000_000), decimals: 4)
    }
}
