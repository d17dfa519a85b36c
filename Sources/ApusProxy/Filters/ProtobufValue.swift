import ApusConfig

/// Reads the wire format of `google.protobuf.Value`, which a client may have sent: every length is checked, and nesting
/// is limited, before anything is believed.
struct ProtobufValue {
    private var rest: ArraySlice<UInt8>
    private static let deepest = 32

    /// nil for bytes that are no such message. A message without a value is null.
    static func decode(_ bytes: [UInt8]) -> ConfigValue? { decode(bytes[...], depth: 0) }

    private static func decode(_ bytes: ArraySlice<UInt8>, depth: Int) -> ConfigValue? {
        guard depth < deepest else { return nil }
        var reader = ProtobufValue(rest: bytes)
        // The last of several values counts, as in every oneof.
        var value = ConfigValue.null
        while !reader.rest.isEmpty {
            guard let field = reader.field() else { return nil }
            switch (field.number, field.content) {
            case (1, .varint): value = .null
            case (2, .fixed64(let bits)): value = .number(Double(bitPattern: bits))
            case (3, .bytes(let text)):
                guard let text = String(validating: text, as: UTF8.self) else { return nil }
                value = .string(text)
            case (4, .varint(let bit)): value = .bool(bit != 0)
            case (5, .bytes(let fields)):
                guard let members = members(fields, depth: depth) else { return nil }
                value = .object(members)
            case (6, .bytes(let list)):
                guard let elements = elements(list, depth: depth) else { return nil }
                value = .array(elements)
            default: break  // Unknown fields are skipped.
            }
        }
        return value
    }

    /// `Struct`: a map from names to values.
    private static func members(_ bytes: ArraySlice<UInt8>, depth: Int) -> [ConfigMember]? {
        var reader = ProtobufValue(rest: bytes)
        var members: [ConfigMember] = []
        while !reader.rest.isEmpty {
            guard let field = reader.field() else { return nil }
            guard case (1, .bytes(let entry)) = (field.number, field.content) else { continue }
            guard let member = member(entry, depth: depth) else { return nil }
            members.removeAll { $0.name == member.name }
            members.append(member)
        }
        return members
    }

    private static func member(_ bytes: ArraySlice<UInt8>, depth: Int) -> ConfigMember? {
        var reader = ProtobufValue(rest: bytes)
        var member = ConfigMember(name: "", value: .null)
        while !reader.rest.isEmpty {
            guard let field = reader.field() else { return nil }
            switch (field.number, field.content) {
            case (1, .bytes(let name)):
                guard let name = String(validating: name, as: UTF8.self) else { return nil }
                member.name = name
            case (2, .bytes(let value)):
                guard let value = decode(value, depth: depth + 1) else { return nil }
                member.value = value
            default: break
            }
        }
        return member
    }

    /// `ListValue`.
    private static func elements(_ bytes: ArraySlice<UInt8>, depth: Int) -> [ConfigValue]? {
        var reader = ProtobufValue(rest: bytes)
        var elements: [ConfigValue] = []
        while !reader.rest.isEmpty {
            guard let field = reader.field() else { return nil }
            guard case (1, .bytes(let element)) = (field.number, field.content) else { continue }
            guard let value = decode(element, depth: depth + 1) else { return nil }
            elements.append(value)
        }
        return elements
    }

    // MARK: Fields

    private enum Content {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
        case fixed32
    }

    private mutating func field() -> (number: UInt64, content: Content)? {
        guard let tag = varint(), tag >> 3 > 0 else { return nil }
        switch tag & 7 {
        case 0: return varint().map { (tag >> 3, .varint($0)) }
        case 1: return take(8).map { (tag >> 3, .fixed64($0.reversed().reduce(0) { $0 << 8 | UInt64($1) })) }
        case 2:
            guard let count = varint(), count <= UInt64(rest.count), let bytes = take(Int(count)) else { return nil }
            return (tag >> 3, .bytes(bytes))
        case 5: return take(4).map { _ in (tag >> 3, .fixed32) }
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for position in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(7 * position)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
