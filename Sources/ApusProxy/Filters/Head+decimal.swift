extension Head {
    /// Adds a field with a number, without making text of it.
    func add(_ name: HeaderName, decimal value: UInt64) {
        withUnsafeDecimal(Int(clamping: value)) { add(name, $0) }
    }

    /// Leaves one field of this name, with a number.
    func set(_ known: KnownHeader, decimal value: UInt64) {
        withUnsafeDecimal(Int(clamping: value)) { set(known, $0) }
    }
}
