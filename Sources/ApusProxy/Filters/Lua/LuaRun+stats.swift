import ApusConfig
import CLua

/// A number of a script's own, `http.<prefix>.lua.<name>`, on one worker.
enum LuaOwnCounter: Int, StatField, CaseIterable {
    case value
    var kind: StatKind { .counter }
}

/// What a script's `stats()` has made. Names are the script's, so there is an end to them.
final class LuaOwnStats {
    enum Kind: Int64 { case counter, gauge, histogram }

    enum Number {
        case counters(Counters<LuaOwnCounter>)
        case histogram(Histogram)
    }

    private static let mostNames = 1000
    private static let longestName = 256
    private var names: [String: Int] = [:]
    private(set) var numbers: [(kind: Kind, number: Number)] = []

    /// The place of a number; nil for a name too many, too long, or taken by another kind.
    func find(_ name: String, _ kind: Kind, _ state: LuaState) -> Int? {
        let key = "\(kind)/\(name)"
        if let known = names[key] { return known }
        guard names.count < Self.mostNames, !name.isEmpty, name.utf8.count <= Self.longestName,
            name.utf8.allSatisfy({ HTTP1Bytes.isToken($0) }), let worker = state.worker
        else { return nil }
        let scope = state.script.stats.scope
        let number: Number =
            kind == .histogram
            ? .histogram(worker.histogram(scope.histogram(name)))
            : .counters(worker.counters(scope.own(name, kind == .gauge ? .gauge : .counter)))
        numbers.append((kind, number))
        names[key] = numbers.count - 1
        return numbers.count - 1
    }
}

// stats():counter(name), :gauge(name), :histogram(name). Each worker counts for itself; readers see the sum.

extension LuaRun {
    func callStats(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        switch method {
        case .statsCounter: return find(.counter, .counter, L, method)
        case .statsGauge: return find(.gauge, .gauge, L, method)
        case .statsHistogram: return find(.histogram, .histogram, L, method)
        default: break
        }
        guard let place = apus_lua_to_object(L, 1)?.pointee.detail,
            state.ownStats.numbers.indices.contains(Int(place))
        else { return 0 }
        switch state.ownStats.numbers[Int(place)].number {
        case .histogram(let histogram):
            guard let value = amount(L) else { return badArgument(L, 1, method, "number") }
            guard value >= 0 else { return fail(L, "histogram value must be non-negative") }
            histogram.record(value)
            return 0
        case .counters(let counters): return count(counters, L, method)
        }
    }

    private func count(_ counters: Counters<LuaOwnCounter>, _ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        switch method {
        case .counterValue, .gaugeValue:
            lua_pushinteger(L, lua_Integer(counters[.value]))
            return 1
        case .counterInc, .gaugeInc: counters.add(.value)
        case .gaugeDec: counters.add(.value, -1)
        default:
            guard let value = amount(L) else { return badArgument(L, 1, method, "number") }
            guard value >= 0 else { return fail(L, Self.negative(method)) }
            switch method {
            case .counterAdd, .gaugeAdd: counters.add(.value, value)
            case .gaugeSub: counters.add(.value, 0 &- value)
            default: counters.set(.value, value)
            }
        }
        return 0
    }

    private static func negative(_ method: LuaMethod) -> String {
        switch method {
        case .counterAdd: "counter add amount must be non-negative"
        case .gaugeAdd: "gauge add amount must be non-negative"
        case .gaugeSub: "gauge sub amount must be non-negative"
        default: "gauge set value must be non-negative"
        }
    }

    private func find(_ kind: LuaOwnStats.Kind, _ objects: LuaClass, _ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        guard isText(L, 2) else { return badArgument(L, 1, method) }
        if method == .statsHistogram, let problem = badUnit(L) { return problem }
        guard let name = luaText(L, 2), let place = state.ownStats.find(name, kind, state) else {
            return fail(
                L, "a statistic needs a name of at most 256 letters, digits and dots, and a script has at most 1000")
        }
        return push(objects, L, Int64(place))
    }

    /// The unit of a histogram is checked, and shows nowhere.
    private func badUnit(_ L: OpaquePointer) -> Int32? {
        if apus_lua_is_nil(L, 3) { return nil }
        guard let unit = luaBytes(L, 3)?.string else { return badArgument(L, 2, .statsHistogram) }
        if ["ms", "milliseconds", "microseconds", "nanoseconds", "bytes", "unspecified"].contains(unit) { return nil }
        return fail(
            L,
            "invalid histogram unit '\(unit)', expected 'ms', 'milliseconds', 'microseconds', 'nanoseconds', 'bytes', "
                + "or 'unspecified'")
    }

    private func amount(_ L: OpaquePointer) -> Int? {
        var isNumber: Int32 = 0
        let value = apus_lua_integer(L, 2, &isNumber)
        return isNumber == 0 ? nil : Int(value)
    }
}
