import NIOCore
import NIOHTTP1
import NIOPosix

/// One version of the service behind the proxy. `/status/N` answers N, `/delay/N` takes N seconds.
struct DemoUpstream: Sendable {
    let port: UInt16
    private let channel: any Channel

    static func startBoth(_ tally: DemoTally) async throws -> [DemoUpstream] {
        [try await start("v1", 9001, tally), try await start("v2", 9002, tally)]
    }

    /// On its usual port if that is free, else on any.
    static func start(_ version: String, _ usual: Int, _ tally: DemoTally) async throws -> DemoUpstream {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(DemoService(version: version, tally: tally))
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: "127.0.0.1", port: usual).get()
        } catch is IOError {
            channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        }
        return DemoUpstream(port: UInt16(clamping: channel.localAddress?.port ?? usual), channel: channel)
    }

    func stop() async { try? await channel.close() }
}

/// Answers one connection's requests, one after the other.
final class DemoService: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let version: String
    private let tally: DemoTally
    private var head: HTTPRequestHead?

    init(version: String, tally: DemoTally) {
        self.version = version
        self.tally = tally
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            let seconds = seconds(in: head.uri)
            guard seconds > 0 else { return answer(head, context) }
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(Int64(min(seconds, 60) * 1000))) {
                let (service, context) = bound.value
                service.answer(head, context)
            }
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let host = head.headers["host"].first ?? ""
        let mirrored = (host.split(separator: ":").first ?? "").hasSuffix("-shadow")
        let status = number(in: head.uri, after: "/status/").map { min(max($0, 200), 599) } ?? 200
        tally.count(version, mirrored: mirrored, status: status)
        guard context.channel.isActive else { return }
        let hasBody = status != 204 && status != 304
        let body = context.channel.allocator.buffer(string: "\(version) \(head.method) \(head.uri) for \(host)\n")
        var headers: HTTPHeaders = ["x-version": version]
        if hasBody {
            headers.add(name: "content-type", value: "text/plain")
            headers.add(name: "content-length", value: "\(body.readableBytes)")
        }
        let answer = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if hasBody, head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !head.isKeepAlive { context.close(promise: nil) }
    }

    /// `/delay/0.2` are 0.2
    private func seconds(in path: String) -> Double {
        guard path.hasPrefix("/delay/") else { return 0 }
        return Double(path.dropFirst("/delay/".count).prefix { $0.isNumber || $0 == "." }) ?? 0
    }

    private func number(in path: String, after prefix: String) -> Int? {
        guard path.hasPrefix(prefix) else { return nil }
        return Int(path.dropFirst(prefix.count).prefix { $0.isNumber })
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
