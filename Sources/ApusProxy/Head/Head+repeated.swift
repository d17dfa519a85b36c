extension Head {
    /// Makes one field of each name of the mask that came more than once, its values joined by commas (RFC 9110, 5.3):
    /// whoever looks at one field of these must see all that was said.
    func joinRepeated(_ mask: UInt64) {
        var names = repeated & mask
        while names != 0 {
            if let known = KnownHeader(rawValue: UInt8(names.trailingZeroBitCount)) { join(known) }
            names &= names - 1
        }
    }

    private func join(_ known: KnownHeader) {
        var joined: [UInt8] = []
        var count = 0
        for i in 0..<slotCount where slots[i].id == known.rawValue {
            if count > 0 { joined.append(UInt8(ascii: ",")) }
            joined.append(contentsOf: bytes(slots[i].value))
            count += 1
        }
        if count > 1 { joined.withUnsafeBufferPointer { set(known, $0) } }
    }
}
