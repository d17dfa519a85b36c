extension RetryPolicy {
    /// Istio's policy where a rule says nothing: twice more, for what surely never reached the service. nil: no retries.
    /// `isHashed`: the hash chooses the endpoint, so that a retry may well meet the same one.
    static func of(_ retry: HTTPRetry?, isHashed: Bool) -> RetryPolicy? {
        var policy = RetryPolicy(
            retryOn: [.connectFailure, .refusedStream, .grpcUnavailable, .grpcCancelled, .retriableStatusCodes],
            numRetries: 2, previousHosts: !isHashed, hostSelectionRetryMaxAttempts: isHashed ? 1 : 5)
        guard let retry else { return policy }
        if retry.attempts == 0 { return nil }
        policy.numRetries = retry.attempts ?? policy.numRetries
        policy.perTryTimeout = retry.perTryTimeout
        if !retry.retryOn.isEmpty { policy.setConditions(retry.retryOn) }
        if retry.retryIgnorePreviousHosts == false {
            policy.previousHosts = false
            policy.hostSelectionRetryMaxAttempts = 1
        }
        if let backoff = retry.backoff, backoff > .zero { policy.retryBackOff = RetryBackOff(baseInterval: backoff) }
        return policy
    }

    /// Words between commas; numbers are statuses of the upstream.
    private mutating func setConditions(_ text: String) {
        retryOn = []
        for part in text.split(separator: ",") {
            let word = part.drop { $0 == " " }.prefix { $0 != " " }
            if let status = UInt32(word) {
                retriableStatusCodes.append(status)
                retryOn.insert(.retriableStatusCodes)
            } else if let condition = RetryOn.names.first(where: { $0.0 == word }) {
                retryOn.insert(condition.1)
            }
        }
    }
}
