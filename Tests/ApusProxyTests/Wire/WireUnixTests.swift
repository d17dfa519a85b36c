import Foundation
import Testing

@Suite("On the wire: Unix sockets")
struct WireUnixTests {
    @Test("Endpoints and listeners may be Unix sockets")
    func both() async throws {
        let folder = NSTemporaryDirectory()
        let name = UInt32.random(in: 0 ... .max)
        let service = "\(folder)/apus-\(name).service"
        let front = "\(folder)/apus-\(name).front"
        let upstream = try await WireUpstream.start(unix: service) { connection, _ in
            let request = try await connection.readMessage()
            try await connection.send(
                "HTTP/1.1 200 OK\r\ncontent-length: \(request.path.utf8.count)\r\n\r\n\(request.path)")
            _ = try await connection.readToEnd()
        }
        let cluster = WireProxy.cluster("v1", "pipe: { path: \(service) }")
        let place = "{ pipe: { path: \(front), mode: 384 } }"
        let proxy = try await WireProxy.start(clusters: [cluster], at: place)
        #expect(try await proxy.get("/unix").body == "/unix")
        let mode = try FileManager.default.attributesOfItem(atPath: front)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        await proxy.stop()
        #expect(!FileManager.default.fileExists(atPath: front))

        // A socket that a proxy left behind when it was killed is no obstacle.
        let again = try await WireProxy.start(clusters: [cluster], at: place)
        #expect(try await again.get("/again").status == 200)
        await again.stop()
        await upstream.stop()
    }
}
