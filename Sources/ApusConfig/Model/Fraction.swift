/// A share of requests: Envoy's `FractionalPercent`. A numerator above the denominator means always.
public struct Fraction: Sendable, Equatable {
    public var numerator: UInt32
    /// 100, 10,000 or 1,000,000.
    public var denominator: UInt32

    public init(numerator: UInt32, denominator: UInt32 = 100) {
        self.numerator = numerator
        self.denominator = denominator
    }

    public static let always = Fraction(numerator: 100)
    public static let never = Fraction(numerator: 0)
}

/// A fraction with the runtime key that would override it in Envoy. Apus has no runtime layers: the default counts.
public struct RuntimeFraction: Sendable, Equatable {
    public var defaultValue: Fraction
    public var runtimeKey: String

    public init(defaultValue: Fraction = .always, runtimeKey: String = "") {
        self.defaultValue = defaultValue
        self.runtimeKey = runtimeKey
    }
}

/// A number with the runtime key that would override it in Envoy.
public struct RuntimeUInt32: Sendable, Equatable {
    public var defaultValue: UInt32
    public var runtimeKey: String

    public init(defaultValue: UInt32 = 0, runtimeKey: String = "") {
        self.defaultValue = defaultValue
        self.runtimeKey = runtimeKey
    }
}

/// A switch with the runtime key that would override it in Envoy.
public struct RuntimeFlag: Sendable, Equatable {
    public var defaultValue: Bool
    public var runtimeKey: String

    public init(defaultValue: Bool = true, runtimeKey: String = "") {
        self.defaultValue = defaultValue
        self.runtimeKey = runtimeKey
    }
}
