import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Sends a message straight to a connection's socket while its channel holds nothing back, and through the channel else.
///
/// The channel's own way (a pipeline, a queue of pending writes, a gathering write) costs a microsecond for each small
/// message, twice for each request; `send` is also the shorter way in the kernel. What the socket does not take at once
/// goes to the channel, which waits and keeps the watermarks as always, and so does every error: a call that failed is
/// made again by the channel, which then reports it.
///
/// Belongs to the handler next to the socket, with no other handler (TLS) between them. An object, because a write that
/// fails closes the channel in the midst of `send`, and the handler then calls `close`.
final class SocketWriter {
    /// -1 while the socket is not to be written directly. Set to it before the channel may close the descriptor: from
    /// then on the number may belong to another connection.
    private var descriptor: CInt = -1
    /// The channel was given bytes; as long as it holds some, others must not overtake them.
    private var channelMayHold = false

    /// The connection is open and its channel's pipeline is ours alone.
    func open(_ context: ChannelHandlerContext) {
        let found = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        descriptor = found ?? -1
    }

    /// The channel is closed, or about to be.
    func close() { descriptor = -1 }

    /// Sends all that is readable in the buffer; its indices stay.
    @inline(__always)
    func send(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard descriptor >= 0, !channelMayHold || isChannelEmpty(context) else { return pass(buffer, context) }
        let sent = buffer.withUnsafeReadableBytes { bytes in
            systemSend(descriptor, bytes.baseAddress, bytes.count, Self.flags)
        }
        if sent != buffer.readableBytes { passRest(of: buffer, after: max(sent, 0), context) }
    }

    /// Sends the one and then the other, the second without a copy, in one gathering write of the channel.
    func send(_ first: ByteBuffer, _ second: ByteBuffer, _ context: ChannelHandlerContext) {
        if first.readableBytes > 0 { context.write(NIOAny(first), promise: nil) }
        pass(second, context)
    }

    private func passRest(of buffer: ByteBuffer, after sent: Int, _ context: ChannelHandlerContext) {
        var rest = buffer
        rest.moveReaderIndex(forwardBy: sent)
        pass(rest, context)
    }

    private func pass(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        channelMayHold = true
        context.writeAndFlush(NIOAny(buffer), promise: nil)
    }

    private func isChannelEmpty(_ context: ChannelHandlerContext) -> Bool {
        let held = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        channelMayHold = held != 0
        return !channelMayHold
    }

    /// A peer that has gone is an answer of the call, never a signal; a full socket is the channel's to wait for.
    private static let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
}

@inline(__always)
private func systemSend(_ descriptor: CInt, _ start: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
    send(descriptor, start, count, flags)
}
