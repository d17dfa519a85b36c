/// A document as its author wrote it, in few bytes: of ten thousand rules the trees would take more than all else.
///
/// Each value is a letter and what it needs; a text, a list and an object begin with their length. Made and read here
/// alone, so that what is read is always whole.
public struct WrittenDocument: Sendable, Equatable {
    private let bytes: [UInt8]

    /// In bytes.
    public var size: Int { bytes.count }

    public init(_ value: ConfigValue) {
        var bytes: [UInt8] = []
        Self.write(value, &bytes)
        // Without the room that growing has left.
        self.bytes = bytes.withUnsafeBufferPointer { Array($0) }
    }

    public var value: ConfigValue {
        var position = 0
        return read(&position)
    }

    private static func write(_ value: ConfigValue, _ bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(UInt8(ascii: "n"))
        case .bool(let flag): bytes.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .number(let number):
            bytes.append(UInt8(ascii: "d"))
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
        case .string(let text):
            bytes.append(UInt8(ascii: "s"))
            write(text, &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "a"))
            write(elements.count, &bytes)
            for element in elements { write(element, &bytes) }
        case .object(let members):
            bytes.append(UInt8(ascii: "o"))
            write(members.count, &bytes)
            for member in members {
                write(member.name, &bytes)
                write(member.value, &bytes)
            }
        }
    }

    private static func write(_ text: String, _ bytes: inout [UInt8]) {
        write(text.utf8.count, &bytes)
        bytes += text.utf8
    }

    /// Seven bits a byte, the lowest first; the last byte is below 128.
    private static func write(_ count: Int, _ bytes: inout [UInt8]) {
        var rest = count
        while rest >= 128 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private func read(_ position: inout Int) -> ConfigValue {
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "t"): return .bool(true)
        case UInt8(ascii: "f"): return .bool(false)
        case UInt8(ascii: "d"):
            var pattern: UInt64 = 0
            for index in 0..<8 { pattern |= UInt64(bytes[position + index]) << UInt64(8 * index) }
            position += 8
            return .number(Double(bitPattern: pattern))
        case UInt8(ascii: "s"): return .string(readText(&position))
        case UInt8(ascii: "a"):
            let count = readCount(&position)
            return .array((0..<count).map { _ in read(&position) })
        case UInt8(ascii: "o"):
            let count = readCount(&position)
            return .object(
                (0..<count).map { _ in
                    let name = readText(&position)
                    return ConfigMember(name: name, value: read(&position))
                })
        default: return .null
        }
    }

    private func readText(_ position: inout Int) -> String {
        let count = readCount(&position)
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    private func readCount(_ position: inout Int) -> Int {
        var count = 0
        var shift = 0
        while true {
            let byte = bytes[position]
            position += 1
            count |= Int(byte & 127) << shift
            if byte < 128 { return count }
            shift += 7
        }
    }
}
