import ApusConfig

extension RouteCompiler {
    func compile(_ rewrite: PathRewrite?, place: String) -> CompiledPathRewrite? {
        switch rewrite {
        case nil: nil
        case .prefix(let text): .prefix(text)
        case .regex(let regex):
            attempt(regex.source, "\(place).regex_rewrite") { try CompiledPathRewrite(regex) }
        }
    }

    func compile(_ rewrite: HostRewrite?, place: String) -> CompiledHostRewrite? {
        switch rewrite {
        case nil: nil
        case .literal(let host): .literal(host)
        case .auto: .auto
        case .header(let name): .header(HeaderName(name))
        case .pathRegex(let regex):
            attempt(regex.source, "\(place).host_rewrite_path_regex") {
                .pathRegex(try CompiledRegex(regex.pattern.regex), substitution: regex.substitution)
            }
        }
    }

    func compile(_ policies: [RequestMirrorPolicy], place: String) -> [CompiledMirror] {
        policies.enumerated().compactMap { index, policy in
            let place = "\(place).request_mirror_policies[\(index)]"
            let target: CompiledMirror.Target
            switch policy.target {
            case .clusterHeader(let name): target = .header(HeaderName(name))
            case .cluster(let name):
                guard let index = cluster(name, policy.source, "\(place).cluster") else { return nil }
                target = .cluster(index)
            }
            // One level for each step: they take effect one after the other.
            let steps = policy.requestHeadersMutations.map { step in
                switch step {
                case .remove(let name): HeaderMutation(remove: [name.lowercased()])
                case .append(let option): HeaderMutation(add: [option])
                }
            }
            return CompiledMirror(
                target: target, fraction: policy.runtimeFraction.map { CompiledFraction($0.defaultValue) },
                appendSuffix: !policy.disableShadowHostSuffixAppend, hostRewriteLiteral: policy.hostRewriteLiteral,
                hostRewritePort: policy.hostRewritePort, mutations: HeaderMutations(steps), removed: [])
        }
    }

    func compile(_ policies: [HashPolicy], place: String) -> CompiledHashPolicy? {
        guard let first = policies.first else { return nil }
        return attempt(first.source, "\(place).hash_policy") { try CompiledHashPolicy(policies) }
    }

    /// Policies that say the same are one object.
    func compile(_ policy: RetryPolicy, place: String) -> CompiledRetryPolicy {
        // Whatever is wrong with a pattern is said wherever it stands.
        if !policy.retriableHeaders.isEmpty || !policy.retriableRequestHeaders.isEmpty {
            return compileNew(policy, place: place)
        }
        if let known = retries.first(where: { $0.policy == policy }) { return known.compiled }
        let compiled = compileNew(policy, place: place)
        // A few policies make up most of any configuration.
        if retries.count == 8 { retries.removeFirst() }
        retries.append((policy, compiled))
        return compiled
    }

    private func compileNew(_ policy: RetryPolicy, place: String) -> CompiledRetryPolicy {
        func matchers(_ list: [HeaderMatcher], _ field: String) -> [CompiledHeaderMatcher] {
            list.enumerated().compactMap { index, matcher in
                attempt(matcher.source, "\(place).\(field)[\(index)]") { try CompiledHeaderMatcher(matcher) }
            }
        }
        let base = policy.retryBackOff.baseInterval.nanoseconds
        let longest = policy.retryBackOff.maxInterval?.nanoseconds ?? min(base, .max / 10) * 10
        return CompiledRetryPolicy(
            on: policy.retryOn, retries: Int(policy.numRetries), perTryTimeout: policy.perTryTimeout.nanoseconds,
            perTryIdleTimeout: policy.perTryIdleTimeout.nanoseconds, baseInterval: base, maxInterval: longest,
            rateLimited: policy.rateLimitedRetryBackOff,
            resetHeaders: policy.rateLimitedRetryBackOff?.resetHeaders.map { (HeaderName($0.name), $0.format) } ?? [],
            statusCodes: Set(policy.retriableStatusCodes.map(Int.init)),
            headers: matchers(policy.retriableHeaders, "retriable_headers"),
            requestHeaders: matchers(policy.retriableRequestHeaders, "retriable_request_headers"),
            avoidsPreviousHosts: policy.previousHosts, hostSelectionAttempts: Int(policy.hostSelectionRetryMaxAttempts))
    }
}
