import NIOCore
import NIOHTTP1
import NIOPosix

/// A request to one of the demonstration's services. None of them has a body.
struct SmallRequest: Sendable {
    var path: String
    /// `u=jason`, undecoded; empty: none.
    var query: String
    var headers: HTTPHeaders

    init(_ head: HTTPRequestHead) {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "/")
        query = parts.count > 1 ? String(parts[1]) : ""
        headers = head.headers
    }

    /// A value of the query, as far as it is made of letters, digits, `-` and `_`: nothing else is ever a user's name.
    func parameter(_ name: String) -> String? {
        let pair = query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
        return pair.map { Self.plain($0.dropFirst(name.count + 1)) }
    }

    func cookie(_ name: String) -> String? {
        for pair in headers["cookie"].joined(separator: ";").split(separator: ";") {
            let pair = pair.drop { $0 == " " }
            if pair.hasPrefix("\(name)=") { return Self.plain(pair.dropFirst(name.count + 1)) }
        }
        return nil
    }

    private static func plain(_ text: some StringProtocol) -> String {
        String(text.prefix(64).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }
}

struct SmallAnswer: Sendable {
    var status = 200
    var type = "application/json"
    var headers: [(name: String, value: String)] = []
    var body = ""
}

/// One of the demonstration's services: an HTTP server on a free port of this machine.
struct SmallServer: Sendable {
    typealias Answering = @Sendable (SmallRequest) async -> SmallAnswer

    let port: UInt16
    private let channel: any Channel

    static func start(_ answering: @escaping Answering) async throws -> SmallServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(SmallServerHandler(answering))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return SmallServer(port: UInt16(clamping: channel.localAddress?.port ?? 0), channel: channel)
    }

    func stop() async { try? await channel.close() }
}

/// Answers one connection's requests, one after the other.
private final class SmallServerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answering: SmallServer.Answering
    private var head: HTTPRequestHead?

    init(_ answering: @escaping SmallServer.Answering) { self.answering = answering }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.makeFutureWithTask { [answering] in await answering(SmallRequest(head)) }
                .whenSuccess { answer in
                    let (handler, context) = bound.value
                    handler.write(answer, to: head, context)
                }
        }
    }

    private func write(_ answer: SmallAnswer, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let body = context.channel.allocator.buffer(string: answer.body)
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "content-type", value: answer.type)
        headers.add(name: "content-length", value: "\(body.readableBytes)")
        let response = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !head.isKeepAlive { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
