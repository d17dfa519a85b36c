import ApusConfig

/// How answers of the proxy itself look.
final class CompiledLocalReplies: Sendable {
    init(_ config: LocalReplyConfig) throws {}

    /// Lets the first mapper that accepts the reply change it, and lays its body out.
    func apply(to reply: inout LocalReply, exchange: Exchange) {}
}
