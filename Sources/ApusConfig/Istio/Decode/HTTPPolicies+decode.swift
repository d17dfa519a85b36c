extension HTTPFaultInjection {
    static func decode(_ field: Field) -> HTTPFaultInjection? {
        field.message("networking.istio.io.HTTPFaultInjection") { message in
            let delay = message["delay"]
            let abort = message["abort"]
            if delay == nil, abort == nil { field.report(.noFault) }
            var fault = HTTPFaultInjection()
            fault.delay = delay.flatMap(Delay.decode)
            fault.abort = abort.flatMap(Abort.decode)
            return fault
        }
    }

    fileprivate static func share(_ field: Field) -> Percentage? {
        Percentage.decode(field) { value, field in
            if value != 0, !(0.0001...100).contains(value) { field.report(.percentage(field.text ?? "")) }
        }
    }
}

extension HTTPFaultInjection.Delay {
    static func decode(_ field: Field) -> Self? {
        field.message("networking.istio.io.HTTPFaultInjection.Delay") { message in
            let old = message["percent"].flatMap { field -> Percentage? in
                guard let number = field.integer(Int32.self) else { return nil }
                if !(0...100).contains(number) { field.report(.percentage("\(number)")) }
                return Percentage(percent: Double(number))
            }
            let share = message["percentage"].flatMap(HTTPFaultInjection.share)
            var delay = Self(percentage: share ?? old ?? .zero)
            guard let (name, value) = message.oneOf("fixed_delay", "exponential_delay") else { return delay }
            if name == "fixed_delay" {
                delay.fixedDelay = value.ruleDuration()
            } else {
                value.report(.unsupportedFault("exponentialDelay"))
            }
            return delay
        }
    }
}

extension HTTPFaultInjection.Abort {
    static func decode(_ field: Field) -> Self? {
        field.message("networking.istio.io.HTTPFaultInjection.Abort") { message in
            let share = message["percentage"].flatMap(HTTPFaultInjection.share)
            var abort = Self(percentage: share ?? .zero)
            guard let (name, value) = message.oneOf("http_status", "grpc_status", "http2_error") else {
                field.warn(.abortWithoutType)
                return abort
            }
            switch name {
            // Istio's check lets 600 pass.
            case "http_status": abort.status = RuleStatus.decode(value, most: 600).map(HTTPFaultInjection.Status.http)
            case "grpc_status": abort.status = grpcStatus(value)
            default: value.report(.unsupportedFault("http2Error"))
            }
            return abort
        }
    }

    private static func grpcStatus(_ field: Field) -> HTTPFaultInjection.Status? {
        guard let name = field.string() else { return nil }
        guard let number = HTTPFaultInjection.grpcNames.firstIndex(of: name) else {
            field.report(.unknownGRPCStatus(name))
            return nil
        }
        return .grpc(UInt32(number))
    }
}

extension HTTPFaultInjection {
    /// gRPC's statuses in the order of their numbers.
    static let grpcNames = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]
}

extension HTTPRetry {
    static func decode(_ field: Field) -> HTTPRetry? {
        field.message("networking.istio.io.HTTPRetry") { message in
            var retry = HTTPRetry()
            if let attempts = message["attempts"], let count = attempts.integer(Int32.self) {
                if count < 0 { attempts.report(.negativeAttempts(count)) }
                retry.attempts = UInt32(max(0, count))
            }
            let timeout = message["per_try_timeout"]
            retry.perTryTimeout = timeout?.ruleDuration()
            let retryOn = message["retry_on"]
            retry.retryOn = retryOn?.string() ?? ""
            if let retryOn, !retry.retryOn.isEmpty { checkConditions(retry.retryOn, at: retryOn) }
            retry.retryRemoteLocalities = message.flag("retry_remote_localities")
            retry.retryIgnorePreviousHosts = message.flag("retry_ignore_previous_hosts")
            let backoff = message["backoff"]
            retry.backoff = backoff?.ruleDuration()
            let isSet =
                timeout != nil || !retry.retryOn.isEmpty || retry.retryRemoteLocalities != nil || backoff != nil
                || retry.retryIgnorePreviousHosts != nil
            if retry.attempts == 0, isSet { field.report(.settingsWithoutAttempts) }
            return retry
        }
    }

    /// Istio trims nothing: a blank belongs to the name.
    private static func checkConditions(_ text: String, at field: Field) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(part)
            let isStatus = name.utf8.count == 3 && UInt32(name).map { (100...599).contains($0) } == true
            if !isStatus, !conditions.contains(name) {
                field.report(.badRetryOn(name, nearest: nearestName(to: name, among: conditions)))
            }
        }
    }

    private static let conditions = [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream",
        "retriable-status-codes", "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure", "cancelled",
        "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    ]
}

extension IstioCORSPolicy {
    static func decode(_ field: Field) -> IstioCORSPolicy? {
        field.message("networking.istio.io.CorsPolicy") { message in
            var policy = IstioCORSPolicy()
            let old = message.strings("allow_origin")
            policy.allowOrigins = message.each("allow_origins", origin)
            // The text `*` matches every origin.
            if policy.allowOrigins.isEmpty { policy.allowOrigins = old.map(StringMatch.exact) }
            policy.allowMethods = message.each("allow_methods") { field in
                guard let name = field.string() else { return nil }
                if !methods.contains(name) { field.report(.badMethod(name)) }
                return name
            }
            policy.allowHeaders = message.each("allow_headers", headerName)
            policy.exposeHeaders = message.each("expose_headers", headerName)
            if let maxAge = message["max_age"], let duration = maxAge.ruleDuration() {
                if duration.components.attoseconds != 0 { maxAge.report(.maxAge(maxAge.text ?? "")) }
                policy.maxAge = duration
            }
            policy.allowCredentials = message.flag("allow_credentials")
            policy.forwardsUnmatchedPreflights =
                message["unmatched_preflights"]?.enumeration(["UNSPECIFIED": true, "FORWARD": true, "IGNORE": false])
                ?? true
            return policy
        }
    }

    private static func origin(_ field: Field) -> StringMatch? {
        let match = StringMatch.decode(field)
        switch match {
        case .present, .exact(""): field.report(.emptyOrigin)
        default: break
        }
        return match
    }

    private static func headerName(_ field: Field) -> String? {
        guard let name = field.string() else { return nil }
        if name.isEmpty {
            field.report(.emptyHeaderName)
        } else {
            _ = HeaderText.checkName(name, at: field)
        }
        return name
    }

    private static let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "*",
    ]
}
