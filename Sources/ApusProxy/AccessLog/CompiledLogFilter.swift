import ApusConfig
import NIOCore

/// Which streams a log tells of, or which replies a mapper changes.
indirect enum CompiledLogFilter: Sendable {
    case status(AccessLogComparison)
    case duration(AccessLogComparison)
    case notHealthCheck
    /// Apus traces nothing.
    case traceable
    case sampled(CompiledFraction, independent: Bool)
    case all([CompiledLogFilter])
    case any([CompiledLogFilter])
    case header(CompiledHeaderMatcher)
    /// nil: any flag.
    case flags(ResponseFlags?)
    case grpc(Set<Int>, exclude: Bool)

    init(_ filter: AccessLogFilter) throws {
        switch filter {
        case .statusCode(let comparison): self = .status(comparison)
        case .duration(let comparison): self = .duration(comparison)
        case .notHealthCheck: self = .notHealthCheck
        case .traceable: self = .traceable
        case .runtime(let sampling):
            self = .sampled(
                CompiledFraction(sampling.percentSampled), independent: sampling.useIndependentRandomness)
        case .and(let filters): self = .all(try filters.map(CompiledLogFilter.init))
        case .or(let filters): self = .any(try filters.map(CompiledLogFilter.init))
        case .header(let matcher): self = .header(try CompiledHeaderMatcher(matcher))
        case .responseFlag(let names): self = .flags(names.isEmpty ? nil : ResponseFlags(shortNames: names))
        case .grpcStatus(let statuses, let exclude):
            self = .grpc(Set(statuses.map { Int($0) }), exclude: exclude)
        }
    }

    /// `status`: of the answer, which for a reply under way is not noted on the exchange yet.
    func accepts<Context: LogContext>(_ context: Context, status: Int) -> Bool {
        switch self {
        case .status(let comparison): comparison.holds(status)
        case .duration(let comparison):
            comparison.holds(Int(max((context.worker.now - context.started).nanoseconds, 0) / 1_000_000))
        case .notHealthCheck: context.exchange.map { !$0.isHealthCheck } ?? true
        case .traceable: false
        case .sampled(let fraction, let independent):
            fraction.contains(Self.draw(context, independent: independent))
        case .all(let filters): filters.allSatisfy { $0.accepts(context, status: status) }
        case .any(let filters): filters.contains { $0.accepts(context, status: status) }
        case .header(let matcher): context.exchange.map { matcher.matches($0.request) } ?? false
        case .flags(let flags):
            flags.map { !context.flags.isDisjoint(with: $0) } ?? !context.flags.isEmpty
        case .grpc(let statuses, let exclude):
            statuses.contains(context.exchange?.grpcStatusOrMapped ?? 2) != exclude
        }
    }

    /// The first digits of the request id, so that one request falls on the same side everywhere; else chance.
    private static func draw<Context: LogContext>(_ context: Context, independent: Bool) -> UInt64 {
        if !independent, let id = context.exchange?.request.value(.xRequestId), id.count == 36,
            let number = UInt64(Bytes(rebasing: id[..<8]).string, radix: 16)
        {
            return number
        }
        return context.worker.random.next()
    }
}

extension AccessLogComparison {
    fileprivate func holds(_ value: Int) -> Bool {
        let limit = Int(self.value.defaultValue)
        return switch op {
        case .equal: value == limit
        case .greaterOrEqual: value >= limit
        case .lessOrEqual: value <= limit
        case .notEqual: value != limit
        }
    }
}

extension ResponseFlags {
    /// `["UF", "NR"]`; names that Apus never sets match nothing.
    init(shortNames: [String]) {
        self = ResponseFlags(Self.names.filter { shortNames.contains($0.short) }.map(\.flag))
    }
}
