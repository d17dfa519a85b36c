import Foundation
import Testing

@testable import apus

@Suite("The demonstration")
struct DemoTests {
    /// The executable beside the tests.
    private static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "apus")
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test("The configuration in the executable is conf/demo.yaml")
    func builtIn() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../conf/demo.yaml")
        #expect(try Data(contentsOf: file) == Data(DemoConfiguration.builtIn))
    }

    @Test("Ports are replaced all at once, so that one may take another's number")
    func ports() throws {
        let configuration = try DemoConfiguration(path: nil, port: 9001, adminPort: 0, upstreams: [10000, 7])
        let numbers = configuration.text.split(separator: "port_value: ").dropFirst().map { $0.prefix { $0.isNumber } }
        #expect(numbers == ["0", "9001", "10000", "7"])
    }

    @Test("Sends its requests, counts them for each version, and ends")
    func once() throws {
        let (status, output) = try run(
            ["demo", "--requests", "80", "--rate", "1000", "--once", "--port", "0", "--admin-port", "0"])
        #expect(status == 0)
        #expect(output.contains("curl -H 'x-version: v2' localhost:"))
        let rows = output.split(separator: "\n").suffix(3).map { $0.split(separator: " ") }
        #expect(rows.first?.first == "v1")
        #expect(rows.last?.starts(with: ["this", "client", "80", "70", "0", "10", "0"]) == true)
        // Every eighth request is mirrored always, every eighth half the time.
        let mirrored = try #require(rows.dropFirst().first.flatMap { Int($0[2]) })
        #expect((10...20).contains(mirrored))
    }

    @Test("A port that is taken is told, with the way out")
    func taken() throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(socket, $0, size)
                _ = listen(socket, 1)
                _ = getsockname(socket, $0, &size)
            }
        }
        let port = "\(UInt16(bigEndian: address.sin_port))"
        let front = try run(["demo", "--for", "1", "--port", port, "--admin-port", "0"])
        #expect(front.status == 1)
        #expect(front.output.contains("choose another port with --port"))
        let admin = try run(["demo", "--for", "1", "--port", "0", "--admin-port", port])
        #expect(admin.status == 1)
        #expect(admin.output.contains("choose another one with --admin-port"))
        for option in ["--port", "--admin-port", "--client-port"] {
            let free = ["--port", "--admin-port", "--client-port"].flatMap { [$0, $0 == option ? port : "0"] }
            let page = try run(["demo", "bookinfo"] + free)
            #expect(page.status == 1)
            #expect(page.output.contains("with \(option)\n"))
        }
    }
}
