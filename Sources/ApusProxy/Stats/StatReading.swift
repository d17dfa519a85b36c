/// One statistic as it is read: the workers' numbers together.
public struct StatReading: Sendable, Equatable {
    public var name: String
    public var kind: StatKind
    public var value: Int
    /// Whether the number was ever written.
    public var isUsed: Bool

    public init(name: String, kind: StatKind, value: Int, isUsed: Bool = true) {
        self.name = name
        self.kind = kind
        self.value = value
        self.isUsed = isUsed
    }

    init(name: String, counter: Int) { self.init(name: name, kind: .counter, value: counter, isUsed: counter != 0) }
    init(name: String, gauge: Int) { self.init(name: name, kind: .gauge, value: gauge) }
}
