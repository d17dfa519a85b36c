/// A time as `strftime` prints it, with Envoy's additions.
public struct TimeFormat: Sendable, Equatable {
    /// As it was written.
    public let text: String
    public let pieces: [TimePiece]

    public init(text: String, pieces: [TimePiece]) {
        self.text = text
        self.pieces = pieces
    }
}

public enum TimePiece: Sendable, Equatable {
    /// Handed to `strftime`, literal text included.
    case strftime(String)
    /// `%f`, `%3f`: the fraction of a second, 1 to 9 digits.
    case fraction(digits: Int)
    /// `%s`, `%3s`: seconds since 1970 and 0 to 9 digits of their fraction, run together.
    case epoch(fractionDigits: Int)
}
