/// xxHash64 as published by Yann Collet, which consistent balancing uses everywhere: the same keys must lead to the
/// same endpoints as with other proxies of a fleet.
enum XXHash64 {
    private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
    private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
    private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

    static func hash(_ bytes: Bytes, seed: UInt64 = 0) -> UInt64 {
        let input = UnsafeRawBufferPointer(bytes)
        var at = 0
        var hash: UInt64
        if input.count >= 32 {
            var lanes = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
            while at + 32 <= input.count {
                lanes.0 = round(lanes.0, input.word(at))
                lanes.1 = round(lanes.1, input.word(at + 8))
                lanes.2 = round(lanes.2, input.word(at + 16))
                lanes.3 = round(lanes.3, input.word(at + 24))
                at += 32
            }
            hash =
                lanes.0.rotated(1) &+ lanes.1.rotated(7) &+ lanes.2.rotated(12) &+ lanes.3.rotated(18)
            for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
                hash = (hash ^ round(0, lane)) &* prime1 &+ prime4
            }
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(input.count)
        while at + 8 <= input.count {
            hash = (hash ^ round(0, input.word(at))).rotated(27) &* prime1 &+ prime4
            at += 8
        }
        if at + 4 <= input.count {
            hash = (hash ^ UInt64(input.half(at)) &* prime1).rotated(23) &* prime2 &+ prime3
            at += 4
        }
        while at < input.count {
            hash = (hash ^ UInt64(input[at]) &* prime5).rotated(11) &* prime1
            at += 1
        }
        hash = (hash ^ (hash >> 33)) &* prime2
        hash = (hash ^ (hash >> 29)) &* prime3
        return hash ^ (hash >> 32)
    }

    static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        Bytes.with(text) { hash($0, seed: seed) }
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        (lane &+ input &* prime2).rotated(31) &* prime1
    }
}

/// MurmurHash2 in 64 bits, with the seed of libstdc++'s `std::hash`, as rings made by older Envoys used it.
enum MurmurHash2 {
    private static let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995

    static func hash(_ text: String, seed: UInt64 = 0xc70f_6907) -> UInt64 {
        Bytes.with(text) { bytes in
            let input = UnsafeRawBufferPointer(bytes)
            var hash = seed ^ (UInt64(input.count) &* multiplier)
            var at = 0
            while at + 8 <= input.count {
                hash = (hash ^ (mixed(input.word(at) &* multiplier) &* multiplier)) &* multiplier
                at += 8
            }
            if at < input.count {
                var rest: UInt64 = 0
                for index in (at..<input.count).reversed() { rest = rest << 8 | UInt64(input[index]) }
                hash = (hash ^ rest) &* multiplier
            }
            return mixed(mixed(hash) &* multiplier)
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 { value ^ (value >> 47) }
}

extension UInt64 {
    @inline(__always)
    fileprivate func rotated(_ bits: UInt64) -> UInt64 { self << bits | self >> (64 - bits) }
}

extension UnsafeRawBufferPointer {
    // In bounds: callers ask for whole words before the end only.
    @inline(__always)
    fileprivate func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    fileprivate func half(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
