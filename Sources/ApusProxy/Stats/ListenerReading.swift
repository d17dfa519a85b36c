import ApusConfig

/// A listener as `/listeners` tells it.
public struct ListenerReading: Sendable, Equatable {
    public var name: String
    /// Where it listens; port 0 is already the port that was given.
    public var address: Address

    public init(name: String, address: Address) {
        self.name = name
        self.address = address
    }
}
