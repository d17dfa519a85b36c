import NIOCore

/// One step of a filter chain: a value with compiled settings that looks at the messages of an exchange and answers
/// with a verdict. The same value serves every worker; what belongs to one exchange is kept on the exchange.
///
/// Filters see requests in the order of the chain and answers in the opposite order.
public protocol Filter: Sendable {
    /// The request's head has arrived (its body may have not).
    func onRequest(_ exchange: Exchange) -> Verdict
    /// The answer's head has arrived; also called for the proxy's own answers.
    func onResponse(_ exchange: Exchange) -> Verdict

    /// Which heads the filter wants to see. Asked once, when the chain is compiled.
    var headInterest: MessageInterest { get }
    /// Which bodies the filter wants to see. Asked once, when the chain is compiled.
    var bodyInterest: MessageInterest { get }
    /// A piece of the request's body; the filter may change it. `end`: it is the last one (and may be empty).
    func onRequestBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool)
    /// A piece of the answer's body; the filter may change it. `end`: it is the last one (and may be empty).
    func onResponseBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool)

    /// The exchange is over, however it ended.
    func onComplete(_ exchange: Exchange)
    /// Whether `onComplete` has anything to do. Asked once, when the chain is compiled.
    var wantsCompletion: Bool { get }
}

extension Filter {
    public func onRequest(_ exchange: Exchange) -> Verdict { .next }
    public func onResponse(_ exchange: Exchange) -> Verdict { .next }
    public var headInterest: MessageInterest { [.request, .response] }
    public var bodyInterest: MessageInterest { [] }
    public func onRequestBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool) {}
    public func onResponseBody(_ exchange: Exchange, _ data: inout ByteBuffer, end: Bool) {}
    public func onComplete(_ exchange: Exchange) {}
    public var wantsCompletion: Bool { false }
}

/// Directions of messages.
public struct MessageInterest: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let request = MessageInterest(rawValue: 1)
    public static let response = MessageInterest(rawValue: 2)
}

/// What a filter decides about an exchange.
public enum Verdict {
    /// On to the next filter.
    case next
    /// The proxy answers the client itself. The answer passes all filters, as an upstream's would.
    case reply(LocalReply)
    /// Nothing more happens to this message until `Exchange.resumeRequest` or `resumeResponse` is called.
    case wait
    /// The filter is asked again when the whole body has arrived (`Exchange.bufferedRequestBody`), and then must decide
    /// otherwise; a body of more than `limit` bytes is answered 413. Requests only.
    case buffer(limit: Int)
    /// The verdict holds when the duration has passed. Requests only.
    indirect case after(Duration, Verdict)
}
