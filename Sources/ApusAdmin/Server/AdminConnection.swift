import Atomics
import NIOCore
import NIOHTTP1

/// How many connections there are; shared by all of them.
final class ConnectionCount: Sendable {
    private let count = ManagedAtomic(0)
    /// The number with this one.
    func enter() -> Int { count.wrappingIncrementThenLoad(ordering: .relaxed) }
    func leave() { count.wrappingDecrement(ordering: .relaxed) }
}

/// One connection to the admin server: collects a request, has it answered, writes the answer.
final class AdminConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// For a request from the client.
        case awaitingHead
        /// For the rest of a body from the client.
        case collecting(HTTPRequestHead, limit: Int)
        /// For the end of a body that is too large; it was answered already.
        case discarding
        /// For the answer from the router.
        case answering
    }

    private let router: AdminRouter
    private let connections: ConnectionCount
    private var state = State.awaitingHead
    /// What has come of it. Beside the state, which is copied at each look, so that it grows in place.
    private var body: [UInt8] = []

    init(router: AdminRouter, connections: ConnectionCount) {
        self.router = router
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) {
        if connections.enter() > AdminServer.connectionLimit { context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connections.leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .awaitingHead):
            let limit = router.bodyLimit(method: head.method.rawValue, target: head.uri)
            body = []
            state = .collecting(head, limit: limit)
        case (.body(let piece), .collecting(let head, let limit)):
            guard body.count + piece.readableBytes <= limit else {
                state = .discarding
                body = []
                let answer = AdminAnswer.text("The body is larger than \(limit >> 20) MiB.\n", status: 413)
                write(answer, for: head, closing: true, context)
                return
            }
            body.append(contentsOf: piece.readableBytesView)
        case (.end, .collecting(let head, _)):
            state = .answering
            answer(head, body, context)
            body = []
        default: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext) {
        let request = AdminRequest(
            method: head.method.rawValue, target: head.uri,
            headers: head.headers.map { ($0.name, $0.value) }, body: body)
        let answered = context.eventLoop.makePromise(of: AdminAnswer.self)
        answered.completeWithTask { [router] in await router.answer(request) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        answered.futureResult.whenSuccess { answer in
            let (connection, context) = bound.value
            connection.state = .awaitingHead
            connection.write(answer, for: head, closing: !head.isKeepAlive || answer.after == .shutdown, context)
        }
    }

    private func write(
        _ answer: AdminAnswer, for head: HTTPRequestHead, closing: Bool, _ context: ChannelHandlerContext
    ) {
        var headers: HTTPHeaders = [
            "content-type": answer.contentType, "cache-control": "no-cache, max-age=0",
            "x-content-type-options": "nosniff", "content-length": "\(answer.body.utf8.count)",
            "date": HTTPDate.now, "server": "apus",
        ]
        for header in answer.headers { headers.add(name: header.name, value: header.value) }
        if closing { headers.add(name: "connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))))
            .whenFailure { _ in }
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: answer.body)))))
                .whenFailure { _ in }
        }
        let channel = context.channel
        let router = router
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if closing { Self.close(channel) }
            if answer.after == .shutdown { Task { await router.face.shutdown() } }
        }
    }

    /// Says that nothing follows and reads on for a moment: closing with unread bytes would reset the connection, and
    /// the answer might be lost.
    private static func close(_ channel: any Channel) {
        channel.close(mode: .output, promise: nil)
        channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }
}
