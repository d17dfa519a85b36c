extension UnsafeBufferPointer<UInt8> {
    /// A path up to its `?`.
    var withoutQuery: Bytes {
        guard let mark = firstIndex(of: UInt8(ascii: "?")) else { return self }
        return Bytes(rebasing: self[..<mark])
    }

    /// What follows a path's `?`; nil when there is none.
    fileprivate var query: Bytes? {
        guard let mark = firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return Bytes(rebasing: self[(mark + 1)...])
    }
}

extension Head {
    /// The first value of a query parameter, decoded.
    func queryParameter(_ name: [UInt8]) -> FormatValue {
        guard let query = path.query else { return .missing }
        var from = 0
        for end in 0...query.count where end == query.count || query[end] == UInt8(ascii: "&") {
            let pair = query[from..<end]
            from = end + 1
            let nameEnd = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard percentDecoded(pair[..<nameEnd]) == name else { continue }
            let value = percentDecoded(pair[min(nameEnd + 1, pair.endIndex)...])
            return .text(String(decoding: value, as: UTF8.self))
        }
        return .missing
    }

    /// The whole query. Envoy decodes it and encodes it again before it prints, so both its variants look like this.
    var query: FormatValue { FormatValue(path.query) }

    /// Bytes of names and values, and of the status as Envoy counts it.
    var fieldBytes: Int { status == 0 ? byteSize : byteSize + 10 }

    private func percentDecoded(_ bytes: Slice<Bytes>) -> [UInt8] {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = hexDigit(bytes[index + 1]),
                let low = hexDigit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
