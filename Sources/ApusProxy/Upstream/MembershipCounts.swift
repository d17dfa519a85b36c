import Atomics

/// How a cluster's endpoints came about. Counted where endpoints are found, read by whoever tells of the cluster.
final class MembershipCounts: Sendable {
    /// How often the endpoints have changed.
    let changes = ManagedAtomic(0)
    let attempts = ManagedAtomic(0)
    let successes = ManagedAtomic(0)
    let failures = ManagedAtomic(0)
    /// Updates that changed nothing.
    let unchanged = ManagedAtomic(0)
}
