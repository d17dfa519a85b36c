// Placeholders while the data path grows; each goes when its file arrives.
import ApusConfig
import NIOCore
final class RouteTable: Sendable {}
final class RedirectAction: Sendable {}
final class HeaderMutations: Sendable {}
final class CompiledHeaderMatcher: Sendable {
    init(_ matcher: HeaderMatcher) throws {}
    func matches(_ head: Head) -> Bool { true }
}
final class TCPSettings: Sendable {}
final class CompiledCluster: Sendable { let name = "" }
final class UpstreamCluster {}
final class UpstreamAttempt {}
final class UpstreamHost {}
struct RetryState {}
struct Timeouts {}
final class Shadow {}
struct ReplayBuffer {}
