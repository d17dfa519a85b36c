import NIOCore
import NIOPosix
import Testing

@testable import ApusProxy

@Suite("Messages sent straight to a socket", .timeLimit(.minutes(1)))
struct SocketWriterTests {
    /// Sends numbers, each as eight bytes, in messages of changing sizes and kinds, as soon as the peer is there.
    private final class Counting: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        static let messages = 20_000
        private let writer = SocketWriter()
        private var next = 0

        func channelActive(context: ChannelHandlerContext) {
            writer.open(context)
            for message in 0..<Self.messages {
                // Now and then one that goes through the channel, behind which the others must queue.
                if message % 97 == 0 {
                    writer.send(numbers(3), numbers(2_500), context)
                } else {
                    writer.send(numbers(1 + message % 40), context)
                }
            }
            writer.send(numbers(1), context)
            context.close(mode: .output, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { writer.close() }

        private func numbers(_ count: Int) -> ByteBuffer {
            var buffer = ByteBuffer()
            for _ in 0..<count {
                buffer.writeInteger(next)
                next += 1
            }
            return buffer
        }
    }

    @Test("Nothing overtakes what a slow peer has left in the channel, and nothing is lost")
    func order() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.socketOption(.so_sndbuf), value: 8192)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Counting()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try await WireConnection.connect(to: try #require(server.localAddress), receiveBuffer: 8192)
        var expected = 0
        var rest: [UInt8] = []
        while let bytes = try await client.receive() {
            rest += bytes.readableBytesView
            var at = 0
            while rest.count - at >= 8 {
                let number = rest[at..<at + 8].reduce(0) { $0 << 8 | Int($1) }
                guard number == expected else {
                    Issue.record("\(number) came where \(expected) was due")
                    return
                }
                expected += 1
                at += 8
            }
            rest.removeFirst(at)
        }
        #expect(rest.isEmpty)
        #expect(expected > Counting.messages)
        try await server.close()
    }

    @Test("A peer that has gone is an error of the channel, and no signal")
    func gone() async throws {
        final class Late: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            let closed: EventLoopPromise<Void>
            private let writer = SocketWriter()
            private var task: RepeatedTask?
            init(_ closed: EventLoopPromise<Void>) { self.closed = closed }

            func channelActive(context: ChannelHandlerContext) {
                writer.open(context)
                let loop = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                task = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { _ in
                    loop.value.0.writer.send(ByteBuffer(string: "is anybody there?"), loop.value.1)
                }
            }

            func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

            func channelInactive(context: ChannelHandlerContext) {
                writer.close()
                task?.cancel()
                closed.succeed()
            }
        }
        let group = MultiThreadedEventLoopGroup.singleton
        let closed = group.next().makePromise(of: Void.self)
        let server = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Late(closed)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try await WireConnection.connect(to: try #require(server.localAddress))
        try await client.reset()
        try await closed.futureResult.get()
        try await server.close()
    }
}
