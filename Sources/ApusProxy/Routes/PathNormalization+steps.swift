extension PathNormalization {
    /// How a byte that was not sent as an escape leaves normalisation.
    enum Treatment {
        case keep
        /// As `%XX`.
        case escape
        /// A backslash is a slash.
        case slash
        case refuse
    }

    static func treatment(of byte: UInt8) -> Treatment {
        switch byte {
        case 0: .refuse
        case 0x01...0x20, 0x22, 0x23, 0x3c, 0x3e, 0x3f, 0x5e, 0x60, 0x7b, 0x7c, 0x7d, 0x7f...0xff: .escape
        case 0x5c: .slash
        default: .keep
        }
    }

    /// RFC 3986, section 2.3: escaped or not, these mean the same.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }

    /// `%2F` and `%5C` undone; nil when there is none of them.
    static func unescapingSlashes(_ path: Bytes) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(path.count)
        var found = false
        var at = 0
        while at < path.count {
            if path[at] == 0x25, let byte = escaped(path, at), byte == 0x2f || byte == 0x5c {
                result.append(byte)
                found = true
                at += 3
            } else {
                result.append(path[at])
                at += 1
            }
        }
        return found ? result : nil
    }

    /// Dot segments are resolved, escapes of unreserved bytes undone, bytes that must be escaped are. nil for a path with
    /// a NUL.
    static func canonical(_ path: Bytes) -> [UInt8]? {
        var result: [UInt8] = [0x2f]
        result.reserveCapacity(path.count + 1)
        var at = path.first == 0x2f || path.first == 0x5c ? 1 : 0
        var lastBare = -1
        while at < path.count {
            if result.last == 0x2f, let dots = dotSegment(path, at) {
                if dots.count == 2 { dropSegment(&result) }
                at = dots.end
                lastBare = -1
                continue
            }
            let isEscape = path[at] == 0x25
            guard let next = append(path, at, to: &result) else { return nil }
            if isEscape, next == at + 1 { lastBare = result.count - 1 }
            if isEscape, next == at + 3 { guardBare(lastBare, in: &result, next: next < path.count ? path[next] : 0) }
            at = next
        }
        return result
    }

    /// An undone escape may make a new one with a `%` that was none before (`%%32e`); that `%` is then escaped itself, so
    /// that nobody decodes twice.
    private static func guardBare(_ bare: Int, in path: inout [UInt8], next: UInt8) {
        guard bare >= 0 else { return }
        let behind = path.count - bare - 1
        let makesEscape =
            switch behind {
            case 1: digit(path[bare + 1]) != nil && digit(next) != nil
            case 2: digit(path[bare + 1]) != nil && digit(path[bare + 2]) != nil
            default: false
            }
        if makesEscape { path.insert(contentsOf: [0x32, 0x35], at: bare + 1) }
    }

    /// A segment of one or two dots, plain or escaped, that begins here; `end` is behind its slash. Plain dots with
    /// parameters (`..;x`) count too: some servers behind us would take them for dots.
    private static func dotSegment(_ path: Bytes, _ start: Int) -> (count: Int, end: Int)? {
        var at = start
        var count = 0
        while let length = dot(path, at) {
            count += 1
            at += length
        }
        guard count == 1 || count == 2 else { return nil }
        if at == path.count { return (count, at) }
        if path[at] == 0x3b, at - start == count, start > 0, path[start - 1] == 0x2f {
            while at < path.count, path[at] != 0x2f { at += 1 }
            return (count, Swift.min(at + 1, path.count))
        }
        return path[at] == 0x2f || path[at] == 0x5c ? (count, at + 1) : nil
    }

    /// The length of the dot that begins here.
    private static func dot(_ path: Bytes, _ at: Int) -> Int? {
        guard at < path.count else { return nil }
        if path[at] == 0x2e { return 1 }
        return escaped(path, at) == 0x2e ? 3 : nil
    }

    /// Removes the last segment of a path that ends in a slash; the first slash stays.
    private static func dropSegment(_ path: inout [UInt8]) {
        guard path.count > 1 else { return }
        path.removeLast()
        while let last = path.last, last != 0x2f { path.removeLast() }
    }

    /// Copies what begins here; the position behind it, or nil when it must not be there.
    private static func append(_ path: Bytes, _ at: Int, to result: inout [UInt8]) -> Int? {
        let byte = path[at]
        if byte == 0x25 {
            guard let value = escaped(path, at) else {
                // Not an escape: passed on as it is.
                result.append(byte)
                return at + 1
            }
            if value == 0 { return nil }
            if isUnreserved(value) { result.append(value) } else { result.append(contentsOf: path[at..<at + 3]) }
            return at + 3
        }
        switch treatment(of: byte) {
        case .keep: result.append(byte)
        case .slash: result.append(0x2f)
        case .escape: result.append(contentsOf: [0x25, upperDigit(byte >> 4), upperDigit(byte & 15)])
        case .refuse: return nil
        }
        return at + 1
    }

    /// Runs of slashes become one; a path that is nothing but slashes becomes two, as Envoy has it.
    static func mergingSlashes(_ path: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(path.count)
        for byte in path where byte != 0x2f || result.last != 0x2f { result.append(byte) }
        if result == [0x2f], path.count > 1 { result.append(0x2f) }
        return result
    }

    /// The byte that `%XX` at this place stands for.
    private static func escaped(_ path: Bytes, _ at: Int) -> UInt8? {
        guard at + 2 < path.count, path[at] == 0x25, let high = digit(path[at + 1]), let low = digit(path[at + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
