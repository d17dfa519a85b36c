/// What a text may ask of the reader. One that asks for more is refused before it costs anything.
struct YAMLLimits {
    /// Bytes.
    var size = 64 << 20
    /// Lists and mappings within each other; protobuf stops at 100 messages.
    var depth = 200
    /// Values after aliases are expanded: this many, and some more for every byte. Ten aliases of ten aliases of ...
    /// would be endless otherwise.
    var nodes = 250_000
    var nodesPerByte = 4.0
}
