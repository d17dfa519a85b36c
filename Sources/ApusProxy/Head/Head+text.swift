/// Fields given as text, for code that is not in a hurry.
extension Head {
    /// The first value of a field; nil when the head has none.
    public func text(_ name: HeaderName) -> String? { value(name)?.string }

    /// Replaces all fields of a name by one.
    public func set(_ name: HeaderName, text: String) { Bytes.with(text) { set(name, $0) } }

    /// Adds a field beside those that are there.
    public func add(_ name: HeaderName, text: String) { Bytes.with(text) { add(name, $0) } }
}
