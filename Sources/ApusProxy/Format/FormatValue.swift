import ApusConfig

/// What an operator evaluates to. Bytes belong to a head and are valid until that changes.
enum FormatValue {
    case missing
    case number(Int)
    case bytes(Bytes)
    case text(String)
    case fixed(StaticString)
    case address(host: String, port: Int)
    case time(WallTime, CompiledTime)
    case uuid(UInt64, UInt64)
    case data(ConfigValue)

    /// Empty texts count as missing.
    init(_ text: String) { self = text.isEmpty ? .missing : .text(text) }
    init(_ bytes: Bytes?) { self = bytes.map(FormatValue.bytes) ?? .missing }
    init(_ number: Int?) { self = number.map(FormatValue.number) ?? .missing }

    var isMissing: Bool { if case .missing = self { true } else { false } }

    /// Appends the value as plain text; nothing when it is missing.
    func appendText(to buffer: inout [UInt8]) {
        switch self {
        case .missing: break
        case .number(let number): buffer.append(decimal: number)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        case .text(let text): buffer.append(contentsOf: text.utf8)
        case .fixed(let text): buffer.append(contentsOf: text.bytes)
        case .address(let host, let port): buffer.append(host: host, port: port)
        case .time(let time, let format): format.append(time, to: &buffer)
        case .uuid(let high, let low): buffer.append(uuid: high, low)
        case .data(let value): value.appendText(to: &buffer)
        }
    }

    /// Appends the value as JSON: numbers stay numbers, data stays data, what is missing is null.
    func appendJSON(to buffer: inout [UInt8], maxLength: Int?) {
        switch self {
        case .missing: buffer.append(contentsOf: StaticString("null").bytes)
        case .number(let number): buffer.append(decimal: number)
        case .data(let value): value.appendJSON(to: &buffer)
        default:
            buffer.append(UInt8(ascii: "\""))
            let start = buffer.count
            appendText(to: &buffer)
            buffer.cut(from: start, to: maxLength)
            buffer.escapeJSON(from: start)
            buffer.append(UInt8(ascii: "\""))
        }
    }
}
