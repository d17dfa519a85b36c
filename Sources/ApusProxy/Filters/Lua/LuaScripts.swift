import ApusConfig
import NIOConcurrencyHelpers

/// The scripts of one configuration. Those that stay as they were keep their states, stores and edited texts.
final class LuaScripts: Sendable {
    private let state: NIOLockedValueBox<State>

    /// Which script it is. A script from a file stays the same one when the file changes.
    private struct Key: Hashable {
        let name: String
        /// nil for a file's.
        let text: String?
        let statPrefix: String
        let limits: String
    }

    private struct State {
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

    /// The script for a source. Throws what is wrong with its text.
    func script(name: String, source: LuaSource, limits: LuaLimits, statPrefix: String) throws -> LuaScript {
        let text = source.filename == nil ? source.text : nil
        let key = Key(name: name, text: text, statPrefix: statPrefix, limits: "\(limits)")
        return try state.withLockedValue { state in
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

    /// The configuration takes effect.
    func commit() {
        state.withLockedValue { state in
            for script in state.scripts.values {
                if let name = state.names[ObjectIdentifier(script)] { script.rename(name) }
                if let text = state.texts[ObjectIdentifier(script)] { script.adopt(source: text) }
            }
            state.old = [:]
            state.names = [:]
            state.texts = [:]
        }
    }
}
