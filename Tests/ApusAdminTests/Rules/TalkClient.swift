import NIOCore
import NIOPosix
import Synchronization

/// A client's connection that stays open from one request to the next.
final class TalkClient: Sendable {
    struct Answer: Sendable {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: String
    }

    struct Ended: Error {}

    private let channel: any Channel
    private let reader: NIOLoopBound<Reader>

    private init(_ channel: any Channel, _ reader: Reader) {
        self.channel = channel
        self.reader = NIOLoopBound(reader, eventLoop: channel.eventLoop)
    }

    static func connect(_ port: UInt16) async throws -> TalkClient {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let reader = Reader()
                    try channel.pipeline.syncOperations.addHandler(reader)
                    return TalkClient(channel, reader)
                }
            }
    }

    /// One request and its answer. Throws when the connection ends before that.
    func ask(
        _ method: String = "GET", _ path: String = "/", host: String = "localhost", _ headers: [String: String] = [:],
        body: String = ""
    ) async throws -> Answer {
        var text = "\(method) \(path) HTTP/1.1\r\nhost: \(host)\r\ncontent-length: \(body.utf8.count)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        try await channel.writeAndFlush(ByteBuffer(string: text + "\r\n" + body)).get()
        return try await channel.eventLoop.flatSubmit { [reader, loop = channel.eventLoop] in
            reader.value.answer(loop)
        }.get()
    }

    func close() async { try? await channel.close() }

    /// Asks once, over a connection of its own.
    static func once(
        _ port: UInt16, _ method: String = "GET", _ path: String = "/", host: String = "localhost",
        _ headers: [String: String] = [:], body: String = ""
    ) async throws -> Answer {
        let client = try await connect(port)
        do {
            let answer = try await client.ask(method, path, host: host, headers, body: body)
            await client.close()
            return answer
        } catch {
            await client.close()
            throw error
        }
    }

    private static let nextPort = Atomic(Int.random(in: 12_000..<24_000))

    /// A port that nobody has. Below those that the kernel gives to whoever asks for any, so that it stays free.
    static func freePort() async throws -> UInt16 {
        while true {
            let port = nextPort.add(1, ordering: .relaxed).newValue
            let channel = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: port).get()
            guard let channel else {
                if port > 32_000 { throw Ended() }
                continue
            }
            try await channel.close()
            return UInt16(port)
        }
    }
}

/// Collects bytes until they are an answer with a length.
private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var bytes = ByteBuffer()
    private var hasEnded = false
    private var asked: EventLoopPromise<TalkClient.Answer>?

    func answer(_ loop: any EventLoop) -> EventLoopFuture<TalkClient.Answer> {
        let promise = loop.makePromise(of: TalkClient.Answer.self)
        asked = promise
        tell()
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        bytes.writeBuffer(&more)
        tell()
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasEnded = true
        tell()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func tell() {
        guard let promise = asked else { return }
        if let answer = take() {
            asked = nil
            promise.succeed(answer)
        } else if hasEnded {
            asked = nil
            promise.fail(TalkClient.Ended())
        }
    }

    private func take() -> TalkClient.Answer? {
        let text = String(buffer: bytes)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description }
        }
        let head = text[..<end.upperBound].utf8.count
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.readableBytes >= head + length else { return nil }
        bytes.moveReaderIndex(forwardBy: head)
        let body = bytes.readString(length: length) ?? ""
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return TalkClient.Answer(status: status, headers: headers, body: body)
    }
}
