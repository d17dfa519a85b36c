/// `3 times on 5xx, 2 s each`
enum RetryWords {
    static func of(_ retry: HTTPRetry) -> String {
        guard retry.attempts != 0 else { return "never" }
        var words = [retry.attempts.map { $0 == 1 ? "once" : "\($0) times" } ?? "as often as usual"]
        if !retry.retryOn.isEmpty { words[0] += " on \(retry.retryOn)" }
        if let time = retry.perTryTimeout { words.append("\(EffectText.time(time)) each") }
        if let time = retry.backoff { words.append("the first after \(EffectText.time(time))") }
        if let isFar = retry.retryRemoteLocalities {
            words.append(isFar ? "other localities too" : "in the same locality")
        }
        if let isOther = retry.retryIgnorePreviousHosts {
            words.append(isOther ? "each at another endpoint" : "at any endpoint")
        }
        return words.joined(separator: ", ")
    }
}
