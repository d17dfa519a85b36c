import ApusConfig
import ArgumentParser

/// Asks the admin server of a running proxy.
struct AdminClient {
    let address: AdminAddress
    /// For one request and all of its answer; nil: no limit.
    var timeout: Duration?

    struct Answer {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: String

        var json: ConfigValue { JSONText.read(body) ?? .null }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        /// The server may have done what it was asked for.
        var isAfterSending = false
    }

    init(_ address: String, timeout: Duration? = .seconds(30)) throws {
        guard let found = AdminAddress(address) else {
            throw ValidationError("'\(address)' is not an address and port such as 127.0.0.1:15000.")
        }
        self.address = found
        self.timeout = timeout
    }

    /// Sends one request and waits for its answer. Throws a `Failure`.
    func send(
        _ method: String, _ target: String, body: String = "", headers: [String: String] = [:]
    ) throws(Failure) -> Answer {
        let deadline = Deadline(timeout)
        let socket = try ClientSocket.connect(address, deadline)
        var head = "\(method) \(target) HTTP/1.1\r\nhost: \(address)\r\nconnection: close\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        head += "content-length: \(body.utf8.count)\r\n\r\n"
        do throws(Failure) {
            // Who no longer wants to read may have said why.
            let broke = try socket.send(Array(head.utf8) + body.utf8, deadline)
            var reply = AdminReply()
            while let more = try socket.receive(deadline) {
                if let answer = try reply.take(more) { return answer }
            }
            if let broke, reply.isEmpty { throw Failure(description: "\(address): \(broke)") }
            return try reply.end()
        } catch {
            throw Failure(description: error.description, isAfterSending: true)
        }
    }
}

extension String {
    /// As it may stand in a query, or between two slashes of a path.
    var queryEscaped: String {
        var escaped = ""
        for byte in utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            if isPlain || "-._~".utf8.contains(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return escaped
    }
}
