extension CorsPolicy {
    init(_ policy: IstioCORSPolicy) {
        self.init(
            allowOriginStringMatch: policy.allowOrigins.compactMap { StringMatcher($0, source: SourceMark()) },
            allowMethods: policy.allowMethods.joined(separator: ","),
            allowHeaders: policy.allowHeaders.joined(separator: ","),
            exposeHeaders: policy.exposeHeaders.joined(separator: ","),
            maxAge: policy.maxAge.map { "\($0.components.seconds)" } ?? "",
            allowCredentials: policy.allowCredentials,
            forwardNotMatchingPreflights: policy.forwardsUnmatchedPreflights)
    }
}
