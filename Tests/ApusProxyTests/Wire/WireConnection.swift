import Glibc
import NIOCore
import NIOPosix

/// One side of a connection in a test, without any knowledge of HTTP beyond finding ends of messages. Nothing is read
/// before it is asked for, so a test that does not read is a slow reader.
final class WireConnection: Sendable {
    let channel: any Channel
    private let reader: NIOLoopBound<WireReader>

    fileprivate init(channel: any Channel, reader: WireReader) {
        self.channel = channel
        self.reader = NIOLoopBound(reader, eventLoop: channel.eventLoop)
    }

    /// Puts what a test needs into a channel's pipeline. On the channel's loop.
    static func adopt(_ channel: any Channel) throws -> WireConnection {
        let reader = WireReader(loop: channel.eventLoop)
        try channel.syncOptions?.setOption(.autoRead, value: false)
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        try channel.pipeline.syncOperations.addHandler(reader)
        return WireConnection(channel: channel, reader: reader)
    }

    static func connect(to address: SocketAddress, receiveBuffer: Int? = nil) async throws -> WireConnection {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        return try await bootstrap.connect(to: address) { channel in
            channel.eventLoop.makeCompletedFuture { try adopt(channel) }
        }
    }

    // MARK: Saying

    /// Returns when the kernel has taken everything.
    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func send(bytes count: Int, of byte: UInt8 = UInt8(ascii: "x")) async throws {
        try await channel.writeAndFlush(ByteBuffer(repeating: byte, count: count)).get()
    }

    /// No more will be said, but answers are still heard.
    func finish() async throws { try await channel.close(mode: .output) }

    func close() async { try? await channel.close() }

    /// Closes so that the peer sees a reset.
    func reset() async throws {
        try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try? await channel.close()
    }

    // MARK: Hearing

    /// The next bytes; nil when the peer will say no more.
    func receive() async throws -> ByteBuffer? {
        try await channel.eventLoop.flatSubmit { [reader] in reader.value.next() }.get()
    }

    /// Everything up to and with `end`. What follows stays.
    func read(through end: String) async throws -> String {
        var heard = ByteBuffer()
        while true {
            guard var more = try await receive() else { throw WireError.ended(after: String(buffer: heard)) }
            heard.writeBuffer(&more)
            let text = String(buffer: heard)
            if let range = text.firstRange(of: end) {
                let taken = text[..<range.upperBound].utf8.count
                heard.moveReaderIndex(forwardBy: taken)
                try await putBack(heard)
                return String(text[..<range.upperBound])
            }
        }
    }

    /// Exactly so many bytes, which are thrown away.
    func skip(_ count: Int) async throws {
        var left = count
        while left > 0 {
            guard var more = try await receive() else { throw WireError.ended(after: "\(count - left) bytes") }
            if more.readableBytes > left {
                more.moveReaderIndex(forwardBy: left)
                return try await putBack(more)
            }
            left -= more.readableBytes
        }
    }

    /// Everything until the peer has said all.
    func readToEnd() async throws -> String {
        var heard = ByteBuffer()
        while var more = try await receive() { heard.writeBuffer(&more) }
        return String(buffer: heard)
    }

    /// The rest, as a number of bytes.
    func countToEnd() async throws -> Int {
        var count = 0
        while let more = try await receive() { count += more.readableBytes }
        return count
    }

    /// A head and the body that its content-length or chunks tell of.
    func readMessage() async throws -> WireMessage {
        let head = try await read(through: "\r\n\r\n")
        var message = WireMessage(head: head, body: "")
        if let length = message.length {
            var body = ByteBuffer()
            while body.readableBytes < length {
                guard var more = try await receive() else { throw WireError.ended(after: head) }
                body.writeBuffer(&more)
            }
            message.body = body.readString(length: length) ?? ""
            if body.readableBytes > 0 { try await putBack(body) }
        } else if message.isChunked {
            while true {
                let line = try await read(through: "\r\n")
                let size = Int(line.prefix { $0.isHexDigit }, radix: 16) ?? 0
                let data = size == 0 ? "" : try await readExactly(size)
                message.body += data
                if size == 0 { break }
                _ = try await read(through: "\r\n")
            }
            while true {
                let line = try await read(through: "\r\n")
                if line == "\r\n" { break }
                message.trailers += line
            }
        }
        return message
    }

    private func readExactly(_ count: Int) async throws -> String {
        var body = ByteBuffer()
        while body.readableBytes < count {
            guard var more = try await receive() else { throw WireError.ended(after: "\(body.readableBytes) bytes") }
            body.writeBuffer(&more)
        }
        let text = body.readString(length: count) ?? ""
        if body.readableBytes > 0 { try await putBack(body) }
        return text
    }

    private func putBack(_ bytes: ByteBuffer) async throws {
        guard bytes.readableBytes > 0 else { return }
        try await channel.eventLoop.submit { [reader] in reader.value.putBack(bytes) }.get()
    }
}

enum WireError: Error { case ended(after: String), tooLate(String) }

/// A message as it stands on the wire.
struct WireMessage: Sendable {
    let head: String
    var body: String
    /// Behind the chunks, with the line end behind each.
    var trailers = ""

    var startLine: String { String(head.prefix { $0 != "\r\n" }) }
    var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var path: String { String(startLine.split(separator: " ").dropFirst().first ?? "") }
    var length: Int? { self["content-length"].flatMap { Int($0) } }
    var isChunked: Bool { self["transfer-encoding"] == "chunked" }

    subscript(name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return parts[1].drop { $0 == " " }.lowercased() }
        }
        return nil
    }
}

/// Keeps what the socket gave until the test asks; asks the socket only then.
final class WireReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var context: ChannelHandlerContext?
    private var kept: ByteBuffer?
    private var awaiting: EventLoopPromise<ByteBuffer?>?
    private var ended = false
    private var failure: (any Error)?
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func next() -> EventLoopFuture<ByteBuffer?> {
        if let bytes = kept {
            kept = nil
            return loop.makeSucceededFuture(bytes)
        }
        if let failure { return loop.makeFailedFuture(failure) }
        guard !ended, let context else { return loop.makeSucceededFuture(nil) }
        let promise = loop.makePromise(of: ByteBuffer?.self)
        awaiting = promise
        context.read()
        return promise.futureResult
    }

    func putBack(_ bytes: ByteBuffer) {
        guard var later = kept else { return kept = bytes }
        var both = bytes
        both.writeBuffer(&later)
        kept = both
    }

    /// A read that was asked for before the channel was ready has been forgotten.
    func channelActive(context: ChannelHandlerContext) {
        if awaiting != nil { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if let awaiting {
            self.awaiting = nil
            awaiting.succeed(bytes)
        } else if kept == nil {
            kept = bytes
        } else {
            kept?.writeBuffer(&bytes)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { finish() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) { finish() }

    private func finish() {
        ended = true
        awaiting?.succeed(nil)
        awaiting = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = error
        awaiting?.fail(error)
        awaiting = nil
        context.close(promise: nil)
    }
}
