import Glibc

/// When waiting has to end.
struct Deadline {
    let limit: Duration?
    private let end: ContinuousClock.Instant?

    /// nil: never.
    init(_ limit: Duration?) {
        self.limit = limit
        end = limit.map { ContinuousClock.now + $0 }
    }

    /// Milliseconds that are left, as `poll` takes them: 0 when it is over, -1 without an end.
    var left: Int32 {
        guard let end else { return -1 }
        let rest = ContinuousClock.now.duration(to: end)
        guard rest > .zero else { return 0 }
        let (seconds, attoseconds) = rest.components
        return Int32(
            clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue
                + attoseconds / 1_000_000_000_000_000 + 1)
    }
}

/// A connection to a server whose every wait ends at a deadline.
final class ClientSocket {
    private let file: Int32
    private let address: AdminAddress

    private init(_ file: Int32, _ address: AdminAddress) {
        self.file = file
        self.address = address
    }

    deinit { close(file) }

    /// Tries each address of the host in turn.
    static func connect(
        _ address: AdminAddress, _ deadline: Deadline
    ) throws(AdminClient.Failure) -> ClientSocket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, "\(address.port)", &hints, &list)
        guard code == 0 else {
            throw AdminClient.Failure(description: "\(address.host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var reason = "no address"
        var next = list
        while let info = next {
            next = info.pointee.ai_next
            let type = info.pointee.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let file = Glibc.socket(info.pointee.ai_family, type, info.pointee.ai_protocol)
            guard file >= 0 else {
                reason = String(cString: strerror(errno))
                continue
            }
            let socket = ClientSocket(file, address)
            if Glibc.connect(file, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 { return socket }
            guard errno == EINPROGRESS else {
                reason = String(cString: strerror(errno))
                continue
            }
            try socket.wait(POLLOUT, deadline)
            var error: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size)
            if error == 0 { return socket }
            reason = String(cString: strerror(error))
        }
        throw AdminClient.Failure(
            description: "no proxy answers at \(address): \(reason); is it running with --admin \(address)?")
    }

    /// nil when all of it has gone; else why the other side takes no more.
    func send(_ bytes: [UInt8], _ deadline: Deadline) throws(AdminClient.Failure) -> String? {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(file, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(POLLOUT, deadline)
            } else if errno != EINTR {
                return String(cString: strerror(errno))
            }
        }
        return nil
    }

    /// What has come; nil at the end.
    func receive(_ deadline: Deadline) throws(AdminClient.Failure) -> ArraySlice<UInt8>? {
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(file, &piece, piece.count, 0)
            if count > 0 { return piece[..<count] }
            if count == 0 || errno == ECONNRESET { return nil }
            guard errno == EAGAIN || errno == EINTR else {
                throw AdminClient.Failure(description: "\(address): \(String(cString: strerror(errno)))")
            }
            if errno == EAGAIN { try wait(POLLIN, deadline) }
        }
    }

    private func wait(_ event: Int32, _ deadline: Deadline) throws(AdminClient.Failure) {
        var waiting = pollfd(fd: file, events: Int16(event), revents: 0)
        while true {
            let ready = poll(&waiting, 1, deadline.left)
            if ready > 0 || ready < 0 && errno != EINTR { return }
            guard ready == 0, deadline.left == 0 else { continue }
            let limit = (deadline.limit ?? .zero) / .seconds(1)
            let shown = limit.rounded() == limit ? "\(Int(limit))" : "\(limit)"
            throw AdminClient.Failure(description: "no answer from \(address) within \(shown)s; --timeout allows more")
        }
    }
}
