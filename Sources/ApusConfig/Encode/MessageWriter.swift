/// Collects the fields of one of Envoy's messages, defaults left out. Models that were not read from Envoy's text are
/// shown with it; what the decoders make of the result is the model again.
struct MessageWriter {
    private var members: [ConfigMember] = []

    init(type: String? = nil) {
        if let type { members.append(ConfigMember(name: "@type", value: .string("type.googleapis.com/\(type)"))) }
    }

    var value: ConfigValue { .object(members) }
    var isEmpty: Bool { members.isEmpty }

    mutating func add(_ name: String, _ value: ConfigValue?) {
        if let value { members.append(ConfigMember(name: name, value: value)) }
    }

    /// A field is left out where it says what counts without it.
    mutating func add(_ name: String, _ text: String, unless usual: String = "") {
        if text != usual { add(name, .string(text)) }
    }

    mutating func add(_ name: String, _ flag: Bool, unless usual: Bool = false) {
        if flag != usual { add(name, .bool(flag)) }
    }

    mutating func add<Number: BinaryInteger>(_ name: String, _ number: Number, unless usual: Number) {
        if number != usual { add(name, .number(Double(number))) }
    }

    mutating func add(_ name: String, _ length: Duration, unless usual: Duration?) {
        if length != usual { add(name, .string(DurationText.print(length))) }
    }

    mutating func add(_ name: String, _ values: [ConfigValue]) {
        if !values.isEmpty { add(name, .array(values)) }
    }

    mutating func add(_ name: String, _ metadata: Metadata) {
        guard !metadata.filterMetadata.isEmpty else { return }
        let members = metadata.filterMetadata.sorted { $0.key < $1.key }
        add(
            name,
            .object([
                ConfigMember(
                    name: "filter_metadata",
                    value: .object(members.map { ConfigMember(name: $0.key, value: $0.value) }))
            ]))
    }

    mutating func add(_ side: String, _ headers: HeaderMutation) {
        add("\(side)_headers_to_add", headers.add.map(\.encoded))
        add("\(side)_headers_to_remove", headers.remove.map(ConfigValue.string))
    }
}

extension ConfigValue {
    static func message(_ fill: (inout MessageWriter) -> Void) -> ConfigValue {
        var writer = MessageWriter()
        fill(&writer)
        return writer.value
    }

    static func typed(_ type: String, _ fill: (inout MessageWriter) -> Void) -> ConfigValue {
        var writer = MessageWriter(type: type)
        fill(&writer)
        return writer.value
    }

    init(_ duration: Duration) { self = .string(DurationText.print(duration)) }
    init(_ number: UInt32) { self = .number(Double(number)) }
}
