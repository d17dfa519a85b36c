import Glibc
import Foundation
import Testing

/// A server that says to whoever asks what it was told to say, and nothing else.
final class FakeAdmin: Sendable {
    let port: UInt16
    private let file: Int32

    /// `closes`: after the answer; else the connection stays open and silent.
    init(_ answer: String, closes: Bool = true) throws {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, size) == 0 && listen(file, 8) == 0 && getsockname(file, $0, &size) == 0
            }
        }
        try #require(isListening)
        self.file = file
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while true {
                let connection = accept(file, nil, nil)
                guard connection >= 0 else { return }
                var piece = [UInt8](repeating: 0, count: 4096)
                _ = recv(connection, &piece, piece.count, 0)
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                if closes { close(connection) }
            }
        }
    }

    deinit { shutdown(file, Int32(SHUT_RDWR)) }
}
