/// Protobuf's durations: seconds with up to nine digits of fraction and an `s` behind.
enum DurationText {
    enum Problem: Error, Equatable {
        /// `5m`, `5 seconds`, `5`
        case noSeconds
        case tooPrecise
        case negative
        case tooLong
    }

    /// The longest duration of protobuf: about 10,000 years.
    static let longest: Int64 = 315_576_000_000

    static func parse(_ text: String) throws(Problem) -> Duration {
        var bytes = Substring(text).utf8
        guard bytes.last == UInt8(ascii: "s") else { throw .noSeconds }
        bytes.removeLast()
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes.removeFirst() }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }) else {
            throw .noSeconds
        }
        guard parts[0].count <= 18, let seconds = Int64(String(Substring(parts[0]))), seconds <= longest else {
            throw .tooLong
        }
        var nanoseconds: Int64 = 0
        if parts.count == 2 {
            guard parts[1].count <= 9 else { throw .tooPrecise }
            for digit in parts[1] { nanoseconds = nanoseconds * 10 + Int64(digit - 48) }
            for _ in parts[1].count..<9 { nanoseconds *= 10 }
        }
        guard !negative || (seconds == 0 && nanoseconds == 0) else { throw .negative }
        return Duration(secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000)
    }

    /// As protobuf prints it: 0, 3, 6 or 9 digits of fraction.
    static func print(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = attoseconds / 1_000_000_000
        guard nanoseconds != 0 else { return "\(seconds)s" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
        while digits.hasSuffix("000") { digits.removeLast(3) }
        return "\(seconds).\(digits)s"
    }
}
