import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// An upstream that does to each connection what the test says.
final class WireUpstream: Sendable {
    let channel: any Channel
    private let accepted: NIOLockedValueBox<Int>
    private let tasks: NIOLockedValueBox<[Task<Void, Never>]>

    private init(channel: any Channel, accepted: NIOLockedValueBox<Int>, tasks: NIOLockedValueBox<[Task<Void, Never>]>)
    {
        self.channel = channel
        self.accepted = accepted
        self.tasks = tasks
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var connections: Int { accepted.withLockedValue { $0 } }

    /// `script` is run for each connection; the connection closes when it returns or throws. The number counts from 0.
    static func start(
        unix path: String? = nil, receiveBuffer: Int? = nil,
        _ script: @escaping @Sendable (_ connection: WireConnection, _ number: Int) async throws -> Void
    ) async throws -> WireUpstream {
        let accepted = NIOLockedValueBox(0)
        let tasks = NIOLockedValueBox<[Task<Void, Never>]>([])
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = try WireConnection.adopt(channel)
                    let number = accepted.withLockedValue { count in
                        count += 1
                        return count - 1
                    }
                    let task = Task {
                        try? await script(connection, number)
                        await connection.close()
                    }
                    tasks.withLockedValue { $0.append(task) }
                }
            }
        if let receiveBuffer {
            bootstrap = bootstrap.serverChannelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        let channel: any Channel =
            if let path { try await bootstrap.bind(unixDomainSocketPath: path).get() } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        return WireUpstream(channel: channel, accepted: accepted, tasks: tasks)
    }

    /// Answers every request of every connection with its version's name and the request's path.
    static func answering(_ name: String) async throws -> WireUpstream {
        try await start { connection, _ in
            while true {
                let request = try await connection.readMessage()
                let body = request.startLine.hasPrefix("HEAD ") ? "" : "\(name) \(request.path)"
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
    }

    func stop() async {
        try? await channel.close()
        for task in tasks.withLockedValue({ $0 }) { task.cancel() }
    }
}
