import ApusConfig
import NIOConcurrencyHelpers

/// The scripts of one configuration. Those that stay as they were keep their states, stores and edited texts.
final class LuaScripts: Sendable {
    private let state: NIOLockedValueBox<State>

    /// Which script it is. A script from a file stays the same one when the file changes.
    fileprivate struct Key: Hashable {
        let name: String
        /// nil for a file's.
        let text: String?
        let statPrefix: String
        let limits: String
    }

    /// What a filter has asked for.
    struct Request: Sendable {
        let name: String
        let source: LuaSource
        let limits: LuaLimits
        let statPrefix: String

        fileprivate var text: String? { source.filename == nil ? source.text : nil }
        fileprivate var key: Key { Key(name: name, text: text, statPrefix: statPrefix, limits: "\(limits)") }
    }

    private struct State {
        var requests: [Request] = []
        var scripts: [Key: LuaScript] = [:]
        /// Of the configuration before, until this one is in effect.
        var old: [Key: LuaScript]
        /// What changes when this configuration takes effect: names, and the texts of files.
        var names: [ObjectIdentifier: String] = [:]
        var texts: [ObjectIdentifier: String] = [:]
        /// The texts that have one name in the configuration, in its order.
        var sharing: [String: [String]] = [:]

        /// Slots of the configuration before, which its scripts may keep, and the first that was not looked at yet.
        let takenSlots: Set<Int>
        var nextSlot = 0

        init(old: [Key: LuaScript]) {
            self.old = old
            takenSlots = Set(old.values.map(\.slot))
        }

        mutating func takeSlot() -> Int {
            while takenSlots.contains(nextSlot) { nextSlot += 1 }
            defer { nextSlot += 1 }
            return nextSlot
        }

        /// Filters of one name may have different texts (as in two listeners): the second is called `name@2`.
        mutating func ownName(_ name: String, for text: String?) -> String {
            guard let text else { return name }
            var texts = sharing[name] ?? []
            if !texts.contains(text) { texts.append(text) }
            sharing[name] = texts
            let position = texts.firstIndex(of: text) ?? 0
            return position == 0 ? name : "\(name)@\(position + 1)"
        }
    }

    init(after previous: LuaScripts? = nil) {
        state = NIOLockedValueBox(State(old: previous?.state.withLockedValue { $0.scripts } ?? [:]))
    }

    /// By name.
    var all: [LuaScript] { state.withLockedValue { Array($0.scripts.values) }.sorted { $0.name < $1.name } }

    func named(_ name: String) -> [LuaScript] { all.filter { $0.name == name } }
    func of(file: String) -> [LuaScript] { all.filter { $0.filename == file } }
    func requiring(_ path: String) -> [LuaScript] { all.filter { $0.modules.known(path) != nil } }

    /// The script for a source. Throws what is wrong with its text.
    func script(name: String, source: LuaSource, limits: LuaLimits, statPrefix: String) throws -> LuaScript {
        let request = Request(name: name, source: source, limits: limits, statPrefix: statPrefix)
        let (text, key) = (request.text, request.key)
        return try state.withLockedValue { state in
            state.requests.append(request)
            if let known = state.scripts[key] { return known }
            let name = state.ownName(name, for: text)
            if let known = state.old[key] {
                if known.differs(fromSource: source.text) {
                    try known.check(source.text)
                    state.texts[ObjectIdentifier(known)] = source.text
                }
                state.names[ObjectIdentifier(known)] = name
                state.scripts[key] = known
                return known
            }
            let script = LuaScript(
                name: name, source: source, limits: limits, statPrefix: statPrefix, slot: state.takeSlot())
            try script.check(source.text)
            state.scripts[key] = script
            return script
        }
    }

    /// How many scripts were asked for so far while this configuration is compiled.
    var requestCount: Int { state.withLockedValue { $0.requests.count } }

    func requests(from first: Int) -> [Request] {
        state.withLockedValue { state in
            first < state.requests.count ? Array(state.requests[first...]) : []
        }
    }

    /// Takes over scripts whose filters live on with the texts that they have. False: one of them is not known.
    func keep(_ requests: [Request]) -> Bool {
        if requests.isEmpty { return true }
        return state.withLockedValue { state in
            for request in requests {
                let key = request.key
                state.requests.append(request)
                if state.scripts[key] != nil { continue }
                let name = state.ownName(request.name, for: request.text)
                guard let known = state.old[key] else { return false }
                state.names[ObjectIdentifier(known)] = name
                state.scripts[key] = known
            }
            return true
        }
    }

    /// The configuration takes effect.
    func commit() {
        state.withLockedValue { state in
            for script in state.scripts.values {
                if let name = state.names[ObjectIdentifier(script)] { script.rename(name) }
                if let text = state.texts[ObjectIdentifier(script)] { script.adopt(source: text) }
            }
            state.old = [:]
            state.requests = []
            state.names = [:]
            state.texts = [:]
        }
    }
}
