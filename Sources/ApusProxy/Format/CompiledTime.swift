import ApusConfig
#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A moment of the calendar: since 1970, UTC.
struct WallTime: Sendable, Comparable {
    var seconds: Int64
    var nanoseconds: Int64

    static func now() -> WallTime {
        let now = WallClock.now()
        return WallTime(seconds: now.seconds, nanoseconds: now.nanoseconds)
    }

    static func < (a: WallTime, b: WallTime) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }
}

/// A time format, compiled: the usual directives are printed by arithmetic, the rest by `strftime`.
final class CompiledTime: Sendable {
    private enum Piece {
        case literal([UInt8])
        case year, month, day, hour, minute, second
        case fraction(digits: Int)
        case epoch(fractionDigits: Int)
        /// A directive for the library, such as `%b`.
        case library(String)
    }

    private let pieces: [Piece]
    private let isLocal: Bool
    private let needsCalendar: Bool
    private let needsLibrary: Bool

    /// nil: `2026-01-31T12:00:00.123Z`.
    init(_ format: TimeFormat?, local: Bool = false) {
        let pieces = (format.map { $0.pieces.flatMap(Self.compile) } ?? Self.standard).map { piece in
            // The library says GMT.
            if !local, case .library("%Z") = piece { return Piece.literal(Array("UTC".utf8)) }
            return piece
        }
        self.pieces = pieces
        isLocal = local
        var calendar = false
        var library = false
        for piece in pieces {
            switch piece {
            case .literal, .fraction, .epoch: break
            case .library: library = true
            default: calendar = true
            }
        }
        needsCalendar = calendar
        needsLibrary = library
    }

    private static let standard: [Piece] = [
        .year, .literal([0x2d]), .month, .literal([0x2d]), .day, .literal([0x54]), .hour, .literal([0x3a]), .minute,
        .literal([0x3a]), .second, .literal([0x2e]), .fraction(digits: 3), .literal([0x5a]),
    ]

    private static func compile(_ piece: TimePiece) -> [Piece] {
        switch piece {
        case .fraction(let digits): [.fraction(digits: digits)]
        case .epoch(let digits): [.epoch(fractionDigits: digits)]
        case .strftime(let text): compile(strftime: text)
        }
    }

    private static func compile(strftime text: String) -> [Piece] {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        func closeLiteral() {
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let directive = rest.popFirst() else {
                literal.append(byte)
                continue
            }
            if directive == UInt8(ascii: "%") {
                literal.append(directive)
                continue
            }
            closeLiteral()
            pieces += compile(directive: directive, &rest)
        }
        closeLiteral()
        return pieces
    }

    private static func compile(directive: UInt8, _ rest: inout ArraySlice<UInt8>) -> [Piece] {
        switch directive {
        case UInt8(ascii: "Y"): return [.year]
        case UInt8(ascii: "m"): return [.month]
        case UInt8(ascii: "d"): return [.day]
        case UInt8(ascii: "H"): return [.hour]
        case UInt8(ascii: "M"): return [.minute]
        case UInt8(ascii: "S"): return [.second]
        case UInt8(ascii: "F"): return [.year, .literal([0x2d]), .month, .literal([0x2d]), .day]
        case UInt8(ascii: "T"): return [.hour, .literal([0x3a]), .minute, .literal([0x3a]), .second]
        case UInt8(ascii: "E"): return compileExtension(&rest)
        case UInt8(ascii: "O"):
            let after = rest.popFirst().map { [$0] } ?? []
            return [.library("%O" + String(decoding: after, as: UTF8.self))]
        default: return [.library("%" + String(decoding: [directive], as: UTF8.self))]
        }
    }

    /// Additions of Envoy's time library: `%E3S`, `%E*S`, `%E6f`, `%E4Y`, `%Ez`.
    private static func compileExtension(_ rest: inout ArraySlice<UInt8>) -> [Piece] {
        guard let first = rest.first else { return [.literal([0x25, 0x45])] }
        let isStar = first == UInt8(ascii: "*")
        let digits = isStar ? 9 : Int(first) - 48
        guard isStar || (0...9).contains(digits), let unit = rest.dropFirst().first else {
            rest.removeFirst()
            return [.library("%" + String(decoding: [first], as: UTF8.self))]
        }
        rest.removeFirst(2)
        switch unit {
        case UInt8(ascii: "S"):
            return digits == 0 ? [.second] : [.second, .literal([0x2e]), .fraction(digits: digits)]
        case UInt8(ascii: "f"): return [.fraction(digits: digits)]
        case UInt8(ascii: "Y"): return [.year]
        default: return [.library("%" + String(decoding: [unit], as: UTF8.self))]
        }
    }

    // MARK: Printing

    func append(_ time: WallTime, to buffer: inout [UInt8]) {
        var local = tm()
        if isLocal || needsLibrary {
            var seconds = time_t(time.seconds)
            if isLocal { localtime_r(&seconds, &local) } else { gmtime_r(&seconds, &local) }
        }
        let date = Date(seconds: time.seconds + (isLocal ? Int64(local.tm_gmtoff) : 0), calendar: needsCalendar)
        for piece in pieces {
            switch piece {
            case .literal(let bytes): buffer += bytes
            case .year: buffer.append(date.year, digits: 4)
            case .month: buffer.append(date.month, digits: 2)
            case .day: buffer.append(date.day, digits: 2)
            case .hour: buffer.append(date.secondOfDay / 3600, digits: 2)
            case .minute: buffer.append(date.secondOfDay / 60 % 60, digits: 2)
            case .second: buffer.append(date.secondOfDay % 60, digits: 2)
            case .fraction(let digits): append(fraction: time, digits: digits, to: &buffer)
            case .epoch(let digits):
                buffer.append(decimal: Int(time.seconds))
                append(fraction: time, digits: digits, to: &buffer)
            case .library(let directive): append(directive, &local, to: &buffer)
            }
        }
    }

    private func append(fraction time: WallTime, digits: Int, to buffer: inout [UInt8]) {
        guard digits > 0 else { return }
        var value = Int(time.nanoseconds)
        for _ in min(digits, 9)..<9 { value /= 10 }
        buffer.append(value, digits: min(digits, 9))
    }

    private func append(_ directive: String, _ time: inout tm, to buffer: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { place in
            let count = strftime(place.baseAddress, place.count, directive, &time)
            for index in 0..<count { buffer.append(UInt8(bitPattern: place[index])) }
        }
    }

    /// A date of the Gregorian calendar, by days since 1970 (Hinnant's algorithm).
    private struct Date {
        var year = 0, month = 0, day = 0, secondOfDay = 0

        init(seconds: Int64, calendar: Bool) {
            guard calendar else { return }
            var days = Int(seconds / 86_400)
            secondOfDay = Int(seconds % 86_400)
            if secondOfDay < 0 {
                secondOfDay += 86_400
                days -= 1
            }
            let shifted = days + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let marchMonth = (5 * dayOfYear + 2) / 153
            day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
            month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        }
    }
}

extension WallTime {
    /// `2026-01-31T12:00:00.123Z`
    var text: String {
        var text: [UInt8] = []
        CompiledTime(nil).append(self, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
