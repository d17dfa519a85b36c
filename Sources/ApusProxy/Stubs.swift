// Placeholders while the data path grows; each goes when its file arrives.
import ApusConfig
import NIOCore
final class TCPSettings: Sendable {}
final class CompiledCluster: Sendable { let name = "" }
final class UpstreamCluster {}
final class UpstreamAttempt {}
final class UpstreamHost {}
struct RetryState {}
struct Timeouts {}
final class Shadow {}
struct ReplayBuffer {}
