import ApusConfig

/// A ring of hashes (ketama): each endpoint owns as many points as its weight asks for, and a request goes to the owner
/// of the first point at or after its hash. Points and sizes are Envoy's.
struct RingHash: Sendable {
    private let points: [UInt64]
    private let owners: [UInt32]

    init(_ members: [HashMember], _ settings: RingHashSettings) {
        let total = members.reduce(0.0) { $0 + Double($1.weight) }
        let shares = members.map { Double($0.weight) / total }
        guard let least = shares.min() else {
            points = []
            owners = []
            return
        }
        // The lightest endpoint gets a whole number of points, unless that makes the ring too large.
        let scale = min(
            (least * Double(settings.minimumRingSize)).rounded(.up) / least, Double(settings.maximumRingSize))
        var ring: [(point: UInt64, owner: UInt32)] = []
        ring.reserveCapacity(Int(scale.rounded(.up)))
        // Sums run on from endpoint to endpoint, so that fractions of points are not lost.
        var wanted = 0.0
        for (index, member) in members.enumerated() {
            wanted += scale * shares[index]
            var number = 0
            while Double(ring.count) < wanted {
                let key = "\(member.key)_\(number)"
                let point = settings.hashFunction == .murmurHash2 ? MurmurHash2.hash(key) : XXHash64.hash(key)
                ring.append((point, UInt32(index)))
                number += 1
            }
        }
        ring.sort { $0.point < $1.point }
        points = ring.map(\.point)
        owners = ring.map(\.owner)
    }

    var size: Int { points.count }

    func member(for hash: UInt64, attempt: Int) -> Int? {
        guard !points.isEmpty else { return nil }
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle] < hash { low = middle + 1 } else { high = middle }
        }
        // Beyond the last point the ring begins again.
        return Int(owners[(low + attempt) % points.count])
    }
}
