extension HTTPRedirect {
    static func decode(_ field: Field, matches: [HTTPMatch]) -> HTTPRedirect? {
        field.message("networking.istio.io.HTTPRedirect") { message in
            var redirect = HTTPRedirect()
            redirect.source = message.source
            let uri = message["uri"]
            redirect.uri = uri?.string() ?? ""
            let prefix = message["prefix_rewrite"]
            redirect.prefixRewrite = prefix?.string()
            redirect.authority = message.string("authority")
            let scheme = message["scheme"]
            redirect.scheme = scheme?.string() ?? ""
            let code = message["redirect_code"]
            if let code, let number = code.integer(Int64.self) {
                if ![0, 301, 302, 303, 307, 308].contains(number) { code.report(.badRedirectCode(number)) }
                redirect.code = number == 0 ? 301 : UInt32(clamping: number)
            }
            switch message.oneOf("port", "derive_port") {
            case ("port", let port)?: redirect.port = port.portNumber().map(RedirectPort.number) ?? .unset
            case (_, let port)?:
                redirect.port =
                    port.enumeration(["FROM_PROTOCOL_DEFAULT": .fromProtocol, "FROM_REQUEST_PORT": .fromRequest])
                    ?? .unset
            case nil: break
            }
            if let scheme, !redirect.scheme.isEmpty, !["http", "https"].contains(redirect.scheme) {
                scheme.report(.badScheme(redirect.scheme))
            }
            if let prefix, uri != nil { prefix.report(.conflicting(["uri", "prefixRewrite"])) }
            if let prefix, matches.contains(where: \.hasNoPrefix) { prefix.report(.prefixRewriteWithoutPrefix) }
            if redirect.uri.isEmpty, prefix == nil, redirect.authority.isEmpty, redirect.scheme.isEmpty,
                code == nil, redirect.port == .unset
            {
                field.report(.emptyRedirect)
            }
            return redirect
        }
    }
}

extension HTTPMatch {
    /// There is a uri, but no prefix of it.
    fileprivate var hasNoPrefix: Bool {
        switch uri {
        case .prefix, nil: false
        case .exact, .regex, .present: true
        }
    }
}

extension HTTPDirectResponse {
    static func decode(_ field: Field) -> HTTPDirectResponse? {
        field.message("networking.istio.io.HTTPDirectResponse") { message in
            guard let status = message.required("status"), let number = status.integer(Int64.self) else { return nil }
            if !(200...599).contains(number) { status.report(.badStatus(number)) }
            var response = HTTPDirectResponse(status: UInt32(clamping: number))
            guard let body = message["body"] else { return response }
            response.body =
                body.message("networking.istio.io.HTTPBody") { body in
                    switch body.oneOf("string", "bytes", required: true) {
                    case ("string", let text)?: text.string().map { Array($0.utf8) }
                    case (_, let bytes)?: bytes.bytes()
                    case nil: nil
                    }
                } ?? []
            let count = response.body.count
            if count > 1_048_576 {
                body.report(.bodyTooLarge(count))
            } else if count > 100 * 1024 {
                body.warn(.largeBody(count))
            }
            return response
        }
    }
}

extension HTTPRewrite {
    static func decode(_ field: Field) -> HTTPRewrite? {
        field.message("networking.istio.io.HTTPRewrite") { message in
            var rewrite = HTTPRewrite()
            if let uri = message["uri"]?.string(), !uri.isEmpty { rewrite.uri = uri }
            rewrite.authority = message.string("authority")
            let regex = message["uri_regex_rewrite"]
            rewrite.regex = regex?.message("networking.istio.io.RegexRewrite") { message in
                let match = message["match"]
                let pattern = match?.string() ?? ""
                let replacement = message["rewrite"]
                guard let match, !pattern.isEmpty, let replacement, let text = replacement.string(), !text.isEmpty
                else {
                    message.field.report(.halfRegexRewrite)
                    return nil
                }
                match.checkRule(regex: pattern)
                if Regex.problem(pattern) == nil { _ = Regex.checkRewrite(text, of: pattern, at: replacement) }
                return RegexRewriteRule(match: pattern, rewrite: text)
            }
            if let regex, rewrite.uri != nil { regex.report(.conflicting(["uri", "uriRegexRewrite"])) }
            if rewrite.uri == nil, rewrite.authority.isEmpty, regex == nil { field.report(.emptyRewrite) }
            return rewrite
        }
    }
}

extension HTTPRetry {
    static func decode(_ field: Field) -> HTTPRetry? {
        field.message("networking.istio.io.HTTPRetry") { message in
            var retry = HTTPRetry()
            if let attempts = message["attempts"], let count = attempts.integer(Int64.self) {
                if count < 0 { attempts.report(.negativeAttempts(count)) }
                retry.attempts = UInt32(clamping: count)
            }
            retry.perTryTimeout = message["per_try_timeout"]?.ruleDuration()
            let conditions = message["retry_on"]
            retry.retryOn = conditions?.string() ?? ""
            retry.retryRemoteLocalities = message.flag("retry_remote_localities")
            retry.retryIgnorePreviousHosts = message.flag("retry_ignore_previous_hosts")
            retry.backoff = message["backoff"]?.ruleDuration()
            if let conditions, !retry.retryOn.isEmpty {
                // Without trimming, as Istio has it.
                for name in retry.retryOn.split(separator: ",", omittingEmptySubsequences: false)
                where !isCondition(String(name)) {
                    conditions.report(.badRetryOn(String(name)))
                }
            }
            if retry.attempts == 0 {
                for name in ["per_try_timeout", "retry_on", "retry_remote_localities", "backoff"]
                where message.has(name) {
                    field.report(.noAttemptsWith(FieldName.lowerCamelCase(name)))
                }
            }
            return retry
        }
    }

    private static func isCondition(_ name: String) -> Bool {
        if let status = Int(name) { return (100...599).contains(status) }
        return RetryOn.names.contains { $0.0 == name }
    }
}

extension HTTPFaultInjection {
    static func decode(_ field: Field) -> HTTPFaultInjection? {
        field.message("networking.istio.io.HTTPFaultInjection") { message in
            var fault = HTTPFaultInjection()
            let delay = message["delay"]
            fault.delay = delay.flatMap(Delay.decode)
            let abort = message["abort"]
            fault.abort = abort.flatMap(Abort.decode)
            if delay == nil, abort == nil { field.report(.emptyFault) }
            return fault
        }
    }
}

extension HTTPFaultInjection.Delay {
    fileprivate static func decode(_ field: Field) -> HTTPFaultInjection.Delay? {
        field.message("networking.istio.io.HTTPFaultInjection.Delay") { message in
            var delay = HTTPFaultInjection.Delay()
            if let old = message["percent"], let percent = old.integer(Int64.self) {
                if !(0...100).contains(percent) { old.report(.percentAbove(percent)) }
                delay.percentage = Percentage(percent: Double(percent))
            }
            if let share = message["percentage"] { delay.percentage = Percentage.decode(share) ?? .zero }
            switch message.oneOf("fixed_delay", "exponential_delay") {
            case ("fixed_delay", let length)?: delay.fixedDelay = length.ruleDuration()
            case (let name, let length)?: length.report(.unsupportedFault(FieldName.lowerCamelCase(name)))
            case nil: message.report(missing: "fixed_delay")
            }
            return delay
        }
    }
}

extension HTTPFaultInjection.Abort {
    fileprivate static func decode(_ field: Field) -> HTTPFaultInjection.Abort? {
        field.message("networking.istio.io.HTTPFaultInjection.Abort") { message in
            var abort = HTTPFaultInjection.Abort()
            abort.percentage = message["percentage"].flatMap { Percentage.decode($0) } ?? .zero
            switch message.oneOf("http_status", "grpc_status", "http2_error") {
            case ("http_status", let status)?:
                if let number = status.integer(Int64.self) {
                    // 600 slips through in Istio, and would be no status here.
                    if !(200...599).contains(number) { status.report(.badStatus(number)) }
                    abort.status = .http(UInt32(clamping: number))
                }
            case ("grpc_status", let status)?:
                if let name = status.string() {
                    if let number = GRPCStatusName.number(of: name) {
                        abort.status = .grpc(number)
                    } else {
                        status.report(.badGRPCStatus(name))
                    }
                }
            case (let name, let value)?: value.report(.unsupportedFault(FieldName.lowerCamelCase(name)))
            case nil: field.warn(.abortOfNothing)
            }
            return abort
        }
    }
}

/// gRPC's statuses, in the order of their numbers.
enum GRPCStatusName {
    private static let names = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]

    static func number(of name: String) -> UInt32? { names.firstIndex(of: name).map { UInt32($0) } }
}

extension IstioCORSPolicy {
    private static let methods: Set = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "*",
    ]

    static func decode(_ field: Field) -> IstioCORSPolicy? {
        field.message("networking.istio.io.CorsPolicy") { message in
            var policy = IstioCORSPolicy()
            let old = message.each("allow_origin") { $0.string() }
            let origins = message["allow_origins"]
            policy.allowOrigins =
                origins?.elements.compactMap { origin in
                    let match = StringMatch.decode(origin)
                    if match == .present, origin.member("regex") == nil { origin.report(.emptyOrigin) }
                    return match
                } ?? []
            if origins == nil { policy.allowOrigins = old.map { $0 == "*" ? .present : .exact($0) } }
            policy.allowMethods = message.each("allow_methods") { field in
                guard let name = field.string() else { return nil }
                if !methods.contains(name) { field.report(.badMethod(name)) }
                return name
            }
            policy.allowHeaders = headerNames(message, "allow_headers")
            policy.exposeHeaders = headerNames(message, "expose_headers")
            if let age = message["max_age"] {
                policy.maxAge = age.looseDuration()
                if let length = policy.maxAge, length.components.attoseconds != 0 {
                    age.report(.noWholeSeconds(age.text ?? ""))
                }
            }
            policy.allowCredentials = message["allow_credentials"]?.bool()
            policy.forwardsUnmatchedPreflights =
                message["unmatched_preflights"]?.enumeration(["UNSPECIFIED": true, "FORWARD": true, "IGNORE": false])
                ?? true
            return policy
        }
    }

    private static func headerNames(_ message: Message, _ name: String) -> [String] {
        message.each(name) { field in
            guard let text = field.string() else { return nil }
            if text != "*", !HeaderText.isToken(text) { field.report(.noHeaderName(text)) }
            return text
        }
    }
}
