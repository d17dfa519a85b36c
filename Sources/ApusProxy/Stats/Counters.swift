/// The numbers of one thing (a cluster, a connection manager, a listener) on one event loop.
///
/// Counting is a plain add: the object belongs to its loop, and whoever reads the numbers asks the loop for a copy.
/// `Field` is an enum whose raw values are 0, 1, 2... and whose case names are Envoy's statistic names in camel case.
public final class Counters<Field: StatField> {
    private let values: UnsafeMutablePointer<Int>
    private let touched: UnsafeMutablePointer<Bool>

    init() {
        values = .allocate(capacity: Field.allCases.count)
        values.initialize(repeating: 0, count: Field.allCases.count)
        touched = .allocate(capacity: Field.allCases.count)
        touched.initialize(repeating: false, count: Field.allCases.count)
    }

    deinit {
        values.deallocate()
        touched.deallocate()
    }

    /// Adds to a counter or moves a gauge.
    @inline(__always)
    func add(_ field: Field, _ amount: Int = 1) {
        // In bounds: raw values of a StatField count up from 0, and there is a place for each.
        values[field.rawValue] &+= amount
        touched[field.rawValue] = true
    }

    @inline(__always)
    func set(_ field: Field, _ value: Int) {
        values[field.rawValue] = value
        touched[field.rawValue] = true
    }

    subscript(field: Field) -> Int { values[field.rawValue] }

    /// Whether the number was ever written, what `usedonly` asks.
    func isUsed(_ field: Field) -> Bool { touched[field.rawValue] }

    /// Sets counters, not gauges, to zero.
    func reset() {
        for field in Field.allCases where field.kind == .counter { values[field.rawValue] = 0 }
    }
}

/// A counter only grows between resets; a gauge is a level.
public enum StatKind: Sendable { case counter, gauge }

/// The fields of a group of statistics. The case `upstreamRqTotal` is the statistic `upstream_rq_total`.
public protocol StatField: RawRepresentable<Int>, CaseIterable, Sendable where AllCases == [Self] {
    var kind: StatKind { get }
}

extension StatField {
    /// Envoy's name: the case name in snake case, and `Rq2xx` is `rq_2xx`.
    public var name: String {
        var name = ""
        let text = "\(self)"
        for (index, character) in zip(text.indices, text) {
            if character.isNumber, text[index...].dropFirst().hasPrefix("xx") { name.append("_") }
            if character.isUppercase {
                name.append("_")
                name.append(contentsOf: character.lowercased())
            } else {
                name.append(character)
            }
        }
        return name
    }
}
