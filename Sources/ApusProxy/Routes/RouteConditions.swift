import ApusConfig

/// What a route demands beside the path.
final class RouteConditions: Sendable {
    private let headers: [CompiledHeaderMatcher]
    private let query: [CompiledQueryMatcher]
    private let fraction: CompiledFraction?
    private let grpc: Bool

    /// nil when the path alone decides.
    init?(_ match: RouteMatch, diagnose: (SourceMark, String, any Error) -> Void) {
        if match.headers.isEmpty, match.queryParameters.isEmpty, match.runtimeFraction == nil, !match.grpc {
            return nil
        }
        headers = match.headers.enumerated().compactMap { index, matcher in
            do { return try CompiledHeaderMatcher(matcher) } catch {
                diagnose(matcher.source, "headers[\(index)]", error)
                return nil
            }
        }
        query = match.queryParameters.enumerated().compactMap { index, matcher in
            do { return try CompiledQueryMatcher(matcher) } catch {
                diagnose(matcher.source, "query_parameters[\(index)]", error)
                return nil
            }
        }
        fraction = match.runtimeFraction.map { CompiledFraction($0.defaultValue) }
        grpc = match.grpc
    }

    func hold(_ head: Head, random: UInt64) -> Bool {
        if let fraction, !fraction.contains(random) { return false }
        if grpc, !head.isGRPC { return false }
        for matcher in headers where !matcher.matches(head) { return false }
        for matcher in query where !matcher.matches(head.path) { return false }
        return true
    }
}

extension Head {
    /// Whether the content type is `application/grpc` or one of its kinds (`application/grpc+proto`).
    var isGRPC: Bool {
        guard let type = value(.contentType), type.hasPrefix("application/grpc") else { return false }
        return type.count == 16 || type[16] == 0x2b
    }
}
