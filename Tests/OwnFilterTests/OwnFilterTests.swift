import ApusConfig
import ApusProxy
import Foundation
import Testing

@Suite("A filter written against the public API alone")
struct OwnFilterTests {
    static let configuration = """
        static_resources:
          listeners:
            - name: test
              address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
              filter_chains:
                - filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: test
                        http_filters: [{ name: example.stamp }, { name: envoy.filters.http.router }]
                        route_config:
                          virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes: [{ match: { prefix: / }, direct_response: { status: 200 } }]
        """

    @Test("Named in a configuration, it sees every answer")
    func serves() async throws {
        let proxy = try await serve("proxy.yaml", Self.configuration)
        guard case .socket(let host, let port) = try #require(await proxy.addresses["test"]) else { return }
        let answer = try ask(host, port)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("x-stamp: seen\r\n"))
        await proxy.stop()
    }

    @Test("The README shows this very filter")
    func readme() throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let readme = try String(contentsOf: here.appending(path: "../../README.md"), encoding: .utf8)
        let own = try String(contentsOf: here.appending(path: "Stamp.swift"), encoding: .utf8)
        #expect(readme.contains(own))
    }

    /// One request over a plain socket.
    private func ask(_ host: String, _ port: UInt16) throws -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let request = Array("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n".utf8)
        try #require(send(socket, request, request.count, 0) == request.count)
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(socket, &piece, piece.count, 0), count > 0 { answer += piece[..<count] }
        return String(decoding: answer, as: UTF8.self)
    }
}
