import ApusConfig
import Testing

@testable import ApusProxy

struct HashTableTests {
    /// Where Envoy 1.40 sends 120 keys among 127.0.0.2:31200, 127.0.0.3:31200..., as the last digits of the addresses.
    private static let recorded: [(name: String, policy: LoadBalancingPolicy, weights: [UInt32], digits: String)] = [
        (
            "ring", .ringHash(RingHashSettings()), [1, 1, 1, 1, 1],
            "645545334633462545636632364425254632642344244446544343266432"
                + "635636366545353626335624543525352436426444563525256335344644"
        ),
        (
            "ring with weights", .ringHash(RingHashSettings(minimumRingSize: 100)), [1, 3, 5],
            "244433434444432334244424332434434422342344244443424444244244"
                + "333344434433334442434344343334443322344434433443443333344434"
        ),
        (
            "ring with MurmurHash2", .ringHash(RingHashSettings(hashFunction: .murmurHash2)), [1, 1, 1, 1, 1],
            "664564262532344454252355222544343224324625264522365542362336"
                + "646665555642325464355356662464435423262652562252433633246625"
        ),
        (
            "a ring too small", .ringHash(RingHashSettings(minimumRingSize: 3, maximumRingSize: 5)), [1, 2, 3],
            "444443432424422323443342324224422244334343244244444424242324"
                + "443342432423244432422244222324242243323222222342443222242434"
        ),
        (
            "Maglev", .maglev(MaglevSettings()), [1, 1, 1, 1, 1],
            "546436354355565653634632436354625465524433343364432522344452"
                + "545453365632563463233542624434636445354244245624656325464635"
        ),
        (
            "Maglev with weights", .maglev(MaglevSettings(tableSize: 101)), [1, 3, 5],
            "443332443444433434444234234333443434432444434424433333343434"
                + "344334444433344444332442433434444334343442444433443444444434"
        ),
    ]

    private static func key(_ number: Int) -> String {
        String("user-\(number)-abcdefghijklmnopqrstuvwxyz0123456789".prefix(7 + number % 40))
    }

    private static func members(_ weights: [UInt32]) -> [HashMember] {
        weights.enumerated().map { HashMember(key: "127.0.0.\($0 + 2):31200", weight: $1) }
    }

    private static func answers(_ table: HashTable, attempt: Int = 0) -> String {
        (0..<120).map { number in
            table.member(for: XXHash64.hash(key(number)), attempt: attempt).map { "\($0 + 2)" } ?? "-"
        }.joined()
    }

    @Test(arguments: recorded.indices)
    func `keys lead to the endpoints to which Envoy leads them`(index: Int) throws {
        let (_, policy, weights, digits) = Self.recorded[index]
        let table = try #require(HashTable(policy, Self.members(weights)))
        #expect(Self.answers(table) == digits)
    }

    @Test(arguments: [LoadBalancingPolicy.ringHash(RingHashSettings()), .maglev(MaglevSettings())])
    func `an endpoint that goes moves its own keys and few others`(policy: LoadBalancingPolicy) throws {
        let all = Self.members([1, 1, 1, 1, 1])
        let before = Self.answers(try #require(HashTable(policy, all)))
        let after = Self.answers(try #require(HashTable(policy, all.dropLast())))
        let moved = zip(before, after).count { $0 != $1 && $0 != "6" }
        #expect(moved <= 20)
        #expect(!after.contains("6"))
    }

    @Test(arguments: [LoadBalancingPolicy.ringHash(RingHashSettings()), .maglev(MaglevSettings())])
    func `a retry looks elsewhere`(policy: LoadBalancingPolicy) throws {
        let table = try #require(HashTable(policy, Self.members([1, 1, 1, 1, 1])))
        let elsewhere = zip(Self.answers(table), Self.answers(table, attempt: 1)).count { $0 != $1 }
        #expect(elsewhere > 60)
    }

    @Test func `the order of endpoints does not matter to Maglev`() throws {
        let members = Self.members([1, 2, 3])
        let forward = Maglev(members, tableSize: 101)
        let backward = Maglev(members.reversed(), tableSize: 101)
        for hash in 0..<UInt64(101) {
            #expect(forward.member(for: hash, attempt: 0) == backward.member(for: hash, attempt: 0).map { 2 - $0 })
        }
    }

    @Test func `nobody to choose from is nobody`() throws {
        #expect(HashTable(.maglev(MaglevSettings()), [])?.member(for: 7, attempt: 0) == nil)
        #expect(HashTable(.ringHash(RingHashSettings()), [])?.member(for: 7, attempt: 0) == nil)
        #expect(HashTable(.roundRobin, Self.members([1])) == nil)
    }

    @Test func `workers share one table`() throws {
        let cluster = Cluster(name: "shared", lbPolicy: .maglev(MaglevSettings(tableSize: 101)))
        let compiled = CompiledCluster(cluster, limits: HTTP1Limits())
        let members = Self.members([1, 2])
        _ = compiled.hashTable(members)
        _ = compiled.hashTable(members)
        _ = compiled.hashTable(Self.members([1, 2, 3]))
        #expect(compiled.hashTables.withLockedValue { $0.count } == 2)
    }

    @Test(
        arguments: [
            ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
        ] as [(String, UInt64)])
    func `xxHash64 gives the published values`(text: String, expected: UInt64) {
        #expect(XXHash64.hash(text) == expected)
    }
}
