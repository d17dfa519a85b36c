extension RetryPolicy {
    static func decode(_ field: Field) -> RetryPolicy? {
        field.message("envoy.config.route.v3.RetryPolicy") { message in
            var previousHosts = false
            var omitCanaries = false
            for predicate in message["retry_host_predicate"]?.elements ?? [] {
                switch HostPredicate.decode(predicate) {
                case .previousHosts: previousHosts = true
                case .omitCanaryHosts: omitCanaries = true
                case nil: break
                }
            }
            return RetryPolicy(
                retryOn: message["retry_on"].flatMap(RetryOn.decode) ?? [],
                numRetries: message.uint32("num_retries") ?? 1,
                perTryTimeout: message.limit("per_try_timeout", default: nil),
                perTryIdleTimeout: message.limit("per_try_idle_timeout", default: nil),
                retryBackOff: message["retry_back_off"].flatMap(RetryBackOff.decode) ?? RetryBackOff(),
                rateLimitedRetryBackOff: message["rate_limited_retry_back_off"].flatMap(RateLimitedRetryBackOff.decode),
                retriableStatusCodes: message.each("retriable_status_codes") { $0.integer(UInt32.self) },
                retriableHeaders: message.each("retriable_headers", HeaderMatcher.decode),
                retriableRequestHeaders: message.each("retriable_request_headers", HeaderMatcher.decode),
                previousHosts: previousHosts,
                omitCanaryHosts: omitCanaries,
                hostSelectionRetryMaxAttempts: message["host_selection_retry_max_attempts"]?.integer(Int64.self) ?? 1,
                source: message.source)
        }
    }
}

extension RetryOn {
    /// The names between commas. Envoy passes over names that it does not know; so do we, but say so.
    static func decode(_ field: Field) -> RetryOn? {
        guard let text = field.string() else { return nil }
        var conditions: RetryOn = []
        for part in text.split(separator: ",") {
            let name = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let word = String(name)
            if let known = names.first(where: { $0.0 == word }) {
                conditions.insert(known.1)
            } else {
                field.warn(.unknownRetryCondition(word, nearest: nearestName(to: word, among: names.map(\.0))))
            }
        }
        return conditions
    }
}

private enum HostPredicate {
    case previousHosts
    case omitCanaryHosts

    private static let package = "envoy.extensions.retry.host"
    private static let names: [(name: String, type: String, predicate: HostPredicate)] = [
        (
            "envoy.retry_host_predicates.previous_hosts", "\(package).previous_hosts.v3.PreviousHostsPredicate",
            .previousHosts
        ),
        (
            "envoy.retry_host_predicates.omit_canary_hosts", "\(package).omit_canary_hosts.v3.OmitCanaryHostsPredicate",
            .omitCanaryHosts
        ),
    ]

    static func decode(_ field: Field) -> HostPredicate? {
        field.message("envoy.config.route.v3.RetryPolicy.RetryHostPredicate") { message in
            guard let nameField = message.required("name"), let name = nameField.nonEmptyString() else { return nil }
            if let config = message["typed_config"].flatMap(TypedConfig.init) {
                if let known = names.first(where: { $0.type == config.type }) {
                    config.empty()
                    return known.predicate
                }
                config.reportUnknown("retry host predicate", known: names.map(\.type))
                return nil
            }
            if let known = names.first(where: { $0.name == name }) { return known.predicate }
            let nearest = nearestName(to: name, among: names.map(\.name))
            nameField.report(.unknownChoice(name, options: names.map(\.name), nearest: nearest))
            return nil
        }
    }
}

extension RetryBackOff {
    static func decode(_ field: Field) -> RetryBackOff? {
        field.message("envoy.config.route.v3.RetryPolicy.RetryBackOff") { message in
            let base = message.required("base_interval")?.duration(atLeast: .nanoseconds(1))
            let mostField = message["max_interval"]
            let most = mostField?.duration(atLeast: .nanoseconds(1))
            guard let base else { return nil }
            if let most, most < base { mostField?.report(.maximumBelowBase) }
            return RetryBackOff(baseInterval: base, maxInterval: most)
        }
    }
}

extension RateLimitedRetryBackOff {
    static func decode(_ field: Field) -> RateLimitedRetryBackOff? {
        field.message("envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff") { message in
            let headers = message.each("reset_headers", ResetHeader.decode)
            if !message.has("reset_headers") { message.report(missing: "reset_headers") }
            let most = message.duration("max_interval", atLeast: .nanoseconds(1)) ?? .seconds(300)
            return RateLimitedRetryBackOff(resetHeaders: headers, maxInterval: most)
        }
    }
}

extension ResetHeader {
    static func decode(_ field: Field) -> ResetHeader? {
        field.message("envoy.config.route.v3.RetryPolicy.ResetHeader") { message in
            let name = message.name("name")
            let format: ResetHeaderFormat =
                message["format"]?.choice(["SECONDS": .seconds, "UNIX_TIMESTAMP": .unixTimestamp]) ?? .seconds
            return name.map { ResetHeader(name: $0.lowercased(), format: format) }
        }
    }
}
