/// Reads that stand in for protobuf's defaults. A wrong value has been reported when these give the default.
extension Message {
    func string(_ name: String) -> String { self[name]?.string() ?? "" }
    func bool(_ name: String, default value: Bool = false) -> Bool { self[name]?.bool() ?? value }
    /// A switch whose effect Apus does not have: only off will do.
    func refusedSwitch(_ name: String) -> Bool {
        if let field = self[name], field.bool() == true { field.report(.unsupportedField(name)) }
        return false
    }

    func flag(_ name: String) -> Bool? { self[name]?.bool() }
    func duration(_ name: String, atLeast least: Duration = .zero) -> Duration? {
        self[name]?.duration(atLeast: least)
    }

    func uint32(_ name: String, in range: ClosedRange<UInt32>? = nil) -> UInt32? {
        self[name]?.integer(UInt32.self, in: range)
    }

    func uint64(_ name: String, in range: ClosedRange<UInt64>? = nil) -> UInt64? {
        self[name]?.integer(UInt64.self, in: range)
    }

    /// A required string that is not empty.
    func name(_ name: String) -> String? {
        guard let field = self[name] else {
            report(missing: name)
            return nil
        }
        return field.nonEmptyString()
    }

    func required(_ name: String) -> Field? {
        let field = self[name]
        if field == nil { report(missing: name) }
        return field
    }

    /// The elements of a list that could be read.
    func each<Value>(_ name: String, _ read: (Field) -> Value?) -> [Value] {
        self[name]?.elements.compactMap(read) ?? []
    }

    func strings(_ name: String) -> [String] { each(name) { $0.string() } }

    /// A time limit of which zero says that there is none.
    func limit(_ name: String, default value: Duration?) -> Duration? {
        guard let field = self[name], let duration = field.duration() else { return value }
        return duration == .zero ? nil : duration
    }
}
