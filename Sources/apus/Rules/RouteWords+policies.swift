import ApusConfig

extension RouteWords {
    /// All of them in one line, as `explain` shows them.
    static func policies(_ route: ConfigValue) -> String {
        let retries = route["route"]?["retry_policy"]
        return [
            rewrite(route).labelled("rewrite"),
            mirrors(route["route"]?["request_mirror_policies"]).labelled("mirror"),
            fault(fault(of: route)),
            timeout(route).labelled("timeout"),
            isStandard(retries) ? "" : self.retries(retries).labelled("retries"),
        ].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// `reviews.default:9080 v2 10%`
    static func mirrors(_ policies: ConfigValue?) -> String {
        (policies?.list ?? []).map { policy in
            let target =
                policy["cluster"]?.text.map(short) ?? policy["cluster_header"]?.text.map { "what \($0) names" } ?? ""
            return "\(target) \(fraction(policy["runtime_fraction"]?["default_value"]) ?? "100%")"
        }.joined(separator: ", ")
    }

    /// What a route, or a virtual host, says of faults; nil: nothing.
    static func fault(of object: ConfigValue?) -> ConfigValue? {
        guard case .object(let members)? = object?["typed_per_filter_config"] else { return nil }
        for member in members {
            let isWrapped = member.value["@type"]?.text?.hasSuffix("route.v3.FilterConfig") == true
            let setting = isWrapped ? member.value["config"] : member.value
            guard member.name == "envoy.filters.http.fault" || setting.map(isFault) == true else { continue }
            return member.value["disabled"] == .bool(true) ? .object([]) : setting
        }
        return nil
    }

    static func isFault(_ setting: ConfigValue) -> Bool { setting["@type"]?.text?.hasSuffix(".HTTPFault") == true }

    /// `delay 7s 100%, abort 500 10%`
    static func fault(_ fault: ConfigValue?) -> String {
        var parts: [String] = []
        if let delay = fault?["delay"] {
            let length = delay["fixed_delay"]?.text ?? "as the request asks"
            parts.append("delay \(length) \(fraction(delay["percentage"]) ?? "0%")")
        }
        if let abort = fault?["abort"] {
            let status =
                abort["http_status"]?.whole.map { "\($0)" } ?? abort["grpc_status"]?.whole.map { "gRPC \($0)" }
                ?? "as the request asks"
            parts.append("abort \(status) \(fraction(abort["percentage"]) ?? "0%")")
        }
        let conditions = match(.object([ConfigMember(name: "headers", value: fault?["headers"] ?? .array([]))]))
        if !parts.isEmpty, !conditions.isEmpty { parts[parts.count - 1] += " if \(conditions)" }
        return parts.joined(separator: ", ")
    }

    /// `3s`; nothing when a request may take as long as it takes.
    static func timeout(_ route: ConfigValue) -> String {
        guard let action = route["route"] else { return "" }
        // Without one, Envoy has 15 s.
        let timeout = action["timeout"]?.text ?? "15s"
        var parts = timeout == "0s" ? [] : [timeout]
        if let idle = action["idle_timeout"]?.text, idle != "0s" { parts.append("idle \(idle)") }
        if let most = action["max_stream_duration"]?["max_stream_duration"]?.text, most != "0s" {
            parts.append("stream \(most)")
        }
        return parts.joined(separator: ", ")
    }

    /// `3 within 2s each on 5xx,reset`
    static func retries(_ policy: ConfigValue?) -> String {
        guard let policy, let on = policy["retry_on"]?.text, !on.isEmpty else { return "" }
        let each = policy["per_try_timeout"]?.text.flatMap { $0 == "0s" ? nil : " within \($0) each" } ?? ""
        let statuses = (policy["retriable_status_codes"]?.list ?? []).compactMap(\.whole).map { "\($0)" }
        let reasons = on.split(separator: ",").filter { statuses.isEmpty || $0 != "retriable-status-codes" }
        let shown = (reasons.map { String($0) } + statuses).joined(separator: ",")
        return "\(policy["num_retries"]?.whole ?? 1)\(each) on \(shown)"
    }

    /// What every route of a rule has that says nothing of retries.
    static func isStandard(_ policy: ConfigValue?) -> Bool {
        let standard: Set<Substring> = [
            "connect-failure", "refused-stream", "retriable-status-codes", "cancelled", "unavailable",
        ]
        return policy?["num_retries"]?.whole == 2 && policy?["per_try_timeout"] == nil
            && policy?["retriable_status_codes"] == nil
            && policy?["retry_on"]?.text.map { Set($0.split(separator: ",")) } == standard
    }
}

extension String {
    fileprivate func labelled(_ label: String) -> String { isEmpty ? "" : "\(label) \(self)" }
}
