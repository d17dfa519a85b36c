import ApusConfig
import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import ApusAdmin

@Suite struct AdminServerTests {
    /// Sends bytes to a server of its own and returns everything until the server closes.
    private func talk(_ text: String, face: FakeProxy = FakeProxy()) async throws -> String {
        let server = try await AdminServer.start(
            on: .socket(host: "127.0.0.1", port: 0), face: face, log: Logger(label: "test"))
        let address = try #require(server.localAddress)
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let answer = try await client.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            do {
                for try await bytes in inbound { received += String(buffer: bytes) }
            } catch {
                // A reset ends the conversation as well as a close.
            }
            return received
        }
        await server.stop()
        return answer
    }

    @Test func aRequestIsAnsweredAndTheConnectionServesTheNext() async throws {
        let answer = try await talk(
            "GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        for part in [
            "content-type: text/plain; charset=UTF-8", "cache-control: no-cache, max-age=0",
            "x-content-type-options: nosniff", "\r\n\r\nLIVE\n",
        ] { #expect(answer.contains(part), "\(part)") }
    }

    @Test func headIsAnsweredWithoutABody() async throws {
        let answer = try await talk("HEAD /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func aBodyThatIsTooLargeIsRefused() async throws {
        let answer = try await talk(
            "POST /logging HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"
                + String(repeating: "x", count: 1_100_000))
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func aHeadThatIsTooLargeEndsTheConnection() async throws {
        let answer = try await talk(
            "GET /ready HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n")
        #expect(!answer.contains("LIVE"))
    }

    @Test func quittingAnswersFirst() async throws {
        let face = FakeProxy()
        let answer = try await talk("POST /quitquitquit HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", face: face)
        #expect(answer.hasSuffix("OK\n"))
        for _ in 0..<100 where !face.told.shutdown { try await Task.sleep(for: .milliseconds(10)) }
        #expect(face.told.shutdown)
    }

    @Test func anotherSitesFormIsRefused() async throws {
        let face = FakeProxy()
        let answer = try await talk(
            "POST /reset_counters HTTP/1.1\r\nHost: localhost:9901\r\nOrigin: http://evil.example\r\n"
                + "Connection: close\r\n\r\n", face: face)
        #expect(answer.hasPrefix("HTTP/1.1 403 "))
        #expect(face.told.resets == 0)
    }

    @Test func anAddressInUseIsAnError() async throws {
        let log = Logger(label: "test")
        let server = try await AdminServer.start(
            on: .socket(host: "127.0.0.1", port: 0), face: FakeProxy(), log: log)
        let port = UInt16(server.localAddress?.port ?? 0)
        await #expect(throws: (any Error).self) {
            try await AdminServer.start(on: .socket(host: "127.0.0.1", port: port), face: FakeProxy(), log: log)
        }
        await server.stop()
    }
}
