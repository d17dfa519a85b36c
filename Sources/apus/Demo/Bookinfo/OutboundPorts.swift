import NIOConcurrencyHelpers

/// Where each service of the demonstration finds its sidecar. A port that is not known yet is 0: nobody listens there.
final class OutboundPorts: Sendable {
    private let ports = NIOLockedValueBox<[String: UInt16]>([:])

    func set(_ port: UInt16, of name: String) { ports.withLockedValue { $0[name] = port } }

    subscript(name: String) -> UInt16 { ports.withLockedValue { $0[name] ?? 0 } }
}
