import NIOCore
import NIOHTTP1
import NIOPosix

/// What a service gets when it asks another one.
struct Fetched: Sendable {
    var status: Int
    var headers = HTTPHeaders()
    var body = ""
}

/// Asks once, over a connection of its own.
enum SmallClient {
    struct TooLate: Error {}

    /// `port`: the caller's sidecar, or the server itself. `limit`: how long the whole of it may take.
    static func get(
        _ path: String, host: String, headers: HTTPHeaders = [:], port: UInt16, within limit: TimeAmount
    ) async throws -> Fetched {
        try await send(.GET, path, host: host, headers: headers, port: port, within: limit)
    }

    static func send(
        _ method: HTTPMethod, _ path: String, host: String, headers: HTTPHeaders = [:], body: String = "",
        port: UInt16, within limit: TimeAmount
    ) async throws -> Fetched {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Fetched.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(SmallClientHandler(promise))
                }
            }.connect(host: "127.0.0.1", port: Int(port)).get()
        } catch {
            promise.fail(error)
            throw error
        }
        var all = headers
        all.replaceOrAdd(name: "host", value: host)
        all.replaceOrAdd(name: "connection", value: "close")
        if !body.isEmpty { all.replaceOrAdd(name: "content-length", value: "\(body.utf8.count)") }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: all)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let timer = loop.scheduleTask(in: limit) { promise.fail(TooLate()) }
        defer {
            timer.cancel()
            channel.close(promise: nil)
        }
        return try await promise.futureResult.get()
    }
}

/// Waits for the end of one answer.
private final class SmallClientHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<Fetched>
    private var fetched = Fetched(status: 0)

    init(_ promise: EventLoopPromise<Fetched>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (fetched.status, fetched.headers) = (Int(head.status.code), head.headers)
        case .body(let bytes): fetched.body += String(buffer: bytes)
        case .end: promise.succeed(fetched)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
