import Atomics

/// Whether this server passes health checks: what `/healthcheck/fail` and `/healthcheck/ok` set and every worker reads.
public final class ServerHealth: Sendable {
    /// The process's own.
    public static let shared = ServerHealth()

    private let failed = ManagedAtomic(false)

    public init() {}

    public var isFailed: Bool { failed.load(ordering: .relaxed) }
    public func fail() { failed.store(true, ordering: .relaxed) }
    public func recover() { failed.store(false, ordering: .relaxed) }
}
