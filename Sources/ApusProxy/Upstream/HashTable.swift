import ApusConfig

/// One endpoint as consistent balancing sees it.
struct HashMember: Sendable, Equatable {
    /// What is hashed: `10.0.0.1:80`, or a name where the cluster says so.
    let key: String
    let weight: UInt32
}

/// Leads from hashes to the same endpoints as long as these stay, and moves few when some come or go. Immutable and
/// shared by all workers; endpoints are positions in the list that it was made of.
enum HashTable: Sendable {
    case ring(RingHash)
    case maglev(Maglev)

    /// `attempt` counts from 0; later ones avoid the endpoint of the first.
    @inline(__always)
    func member(for hash: UInt64, attempt: Int) -> Int? {
        switch self {
        case .ring(let ring): ring.member(for: hash, attempt: attempt)
        case .maglev(let maglev): maglev.member(for: hash, attempt: attempt)
        }
    }

    init?(_ policy: LoadBalancingPolicy, _ members: [HashMember]) {
        switch policy {
        case .ringHash(let settings): self = .ring(RingHash(members, settings))
        case .maglev(let settings): self = .maglev(Maglev(members, tableSize: Int(settings.tableSize)))
        case .roundRobin, .leastRequest, .random: return nil
        }
    }
}

extension CompiledCluster {
    /// The table of these members: made by the first worker that asks, and kept while it is the one in use.
    func hashTable(_ members: [HashMember]) -> HashTable? {
        hashTables.withLockedValue { known in
            if let table = known.first(where: { $0.members == members })?.table { return table }
            guard let table = HashTable(cluster.lbPolicy, members) else { return nil }
            // One for each priority; what no worker uses any more is pushed out.
            known.insert((members, table), at: 0)
            if known.count > 4 { known.removeLast() }
            return table
        }
    }

    func hashMember(_ endpoint: ResolvedEndpoint) -> HashMember {
        let key: String
        if case .string(let text)? = endpoint.metadata.filterMetadata["envoy.lb"]?["hash_key"] {
            key = text
        } else if cluster.commonLbConfig.useHostnameForHashing, !endpoint.hostname.isEmpty {
            key = endpoint.hostname
        } else {
            key = endpoint.address.hostAndPort
        }
        return HashMember(key: key, weight: max(endpoint.weight, 1))
    }
}
