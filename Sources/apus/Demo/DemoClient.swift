import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection to the proxy, which sends requests one after the other.
final class DemoClient: Sendable {
    private let channel: any Channel
    private let answers: NIOLoopBound<DemoAnswers>

    private init(channel: any Channel, answers: NIOLoopBound<DemoAnswers>) {
        self.channel = channel
        self.answers = answers
    }

    static func connect(port: UInt16) async throws -> DemoClient {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let answers = DemoAnswers()
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(answers)
                    return DemoClient(
                        channel: channel, answers: NIOLoopBound(answers, eventLoop: channel.eventLoop))
                }
            }
    }

    var isOpen: Bool { channel.isActive }

    /// The status of the answer.
    func send(_ request: DemoRequest) async throws -> Int {
        var headers: HTTPHeaders = ["host": "demo.local", "user-agent": "apus-demo"]
        if let version = request.version { headers.add(name: "x-version", value: version) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.path, headers: headers)
        let promise = channel.eventLoop.makePromise(of: Int.self)
        channel.eventLoop.execute { [answers, channel] in
            answers.value.awaiting = promise
            guard channel.isActive else { return answers.value.fail(ChannelError.ioOnClosedChannel) }
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        }
        return try await promise.futureResult.get()
    }

    func close() async { try? await channel.close() }
}

/// What the demonstration asks for.
struct DemoRequest: Sendable {
    let path: String
    var version: String?

    /// A bit of everything.
    static let mix = [
        DemoRequest(path: "/"), DemoRequest(path: "/", version: "v2"), DemoRequest(path: "/split"),
        DemoRequest(path: "/mirror/0"), DemoRequest(path: "/mirror/50"), DemoRequest(path: "/mirror/100"),
        DemoRequest(path: "/abort"), DemoRequest(path: "/split"),
    ]
}

/// Waits for the end of one answer.
final class DemoAnswers: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    var awaiting: EventLoopPromise<Int>?
    private var status = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body: break
        case .end:
            awaiting?.succeed(status)
            awaiting = nil
        }
    }

    func channelInactive(context: ChannelHandlerContext) { fail(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func fail(_ error: any Error) {
        awaiting?.fail(error)
        awaiting = nil
    }
}
