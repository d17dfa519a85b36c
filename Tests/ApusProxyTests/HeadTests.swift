import Testing

@testable import ApusProxy

@Suite struct HeadTests {
    private func filled() -> Head {
        let head = Head()
        head.setMethod(("GET" as StaticString).bytes)
        head.setPath(("/a" as StaticString).bytes)
        head.setAuthority(("h" as StaticString).bytes)
        head.add(.via, "one" as StaticString)
        head.add(HeaderName("X-A"), ("1" as StaticString).bytes)
        head.add(.via, "two" as StaticString)
        return head
    }

    @Test func fieldsKeepTheirOrderAndNamesAreInLowerCase() {
        #expect(describe(filled()) == "GET /a host=h scheme=\nvia: one\nx-a: 1\nvia: two")
    }

    @Test func settingLeavesOneFieldWhereTheFirstStood() {
        let head = filled()
        head.set(.via, "three" as StaticString)
        head.set(HeaderName("x-a"), ("2" as StaticString).bytes)
        head.set(HeaderName("x-b"), ("3" as StaticString).bytes)
        #expect(describe(head) == "GET /a host=h scheme=\nvia: three\nx-a: 2\nx-b: 3")
    }

    @Test func removingForgetsThatANameWasThere() {
        let head = filled()
        head.removeFields { name, value in value.equals("one") }
        #expect(head.has(.via))
        head.removeFields { name, value in value.equals("two") }
        #expect(!head.has(.via))
        head.removeAll(KnownHeader.via.bit)
        #expect(describe(head) == "GET /a host=h scheme=\nx-a: 1")
    }

    @Test func hostAndAuthorityAreOne() {
        let head = filled()
        head.set(HeaderName("Host"), ("other" as StaticString).bytes)
        #expect(head.value(HeaderName(":authority"))?.string == "other")
        #expect(describe(head) == "GET /a host=other scheme=\nvia: one\nx-a: 1\nvia: two")
    }

    @Test func aHeadCanStoreItsOwnBytesWhileItGrows() {
        let head = Head()
        head.setPath(("0123456789" as StaticString).bytes)
        for _ in 0..<1000 { head.setPath(head.bytes(head.store(head.path))) }
        #expect(head.path.string == "0123456789")
        let long = String(repeating: "a", count: 5000)
        var text = long
        text.withUTF8 { head.setPath($0) }
        for _ in 0..<5 { head.setAuthority(head.path) }
        #expect(head.authority.string == long)
    }

    @Test func aBlockSurvivesTheGrowthOfTheArenaBehindIt() {
        let head = Head()
        let block = head.reserveBlock(900)
        for i in 0..<900 { block[i] = UInt8(0x61 + i % 26) }
        head.commitBlock(900)
        let place = TextRange(offset: 0, length: 900)
        let before = head.bytes(place).string
        let long = [UInt8](repeating: 0x7a, count: 9000)
        long.withUnsafeBufferPointer { head.setPath($0) }
        #expect(head.bytes(place).string == before)
    }

    @Test func wordsMayBeReadBehindTheLastByte() {
        let head = Head()
        for count in [1000, 1015, 1016, 1017, 1023, 1024, 1025] {
            head.clear()
            let bytes = [UInt8](repeating: 0x61, count: count)
            bytes.withUnsafeBufferPointer { _ = head.store($0) }
            #expect(head.capacity >= head.used + Head.slack)
            head.clear()
            _ = head.reserveBlock(count)
            head.commitBlock(count)
            #expect(head.capacity >= head.used + Head.slack)
            let copy = Head()
            copy.copy(from: head)
            #expect(copy.capacity >= copy.used + Head.slack)
        }
    }

    @Test func aCopyIsEqualAndItsOwn() {
        let head = filled()
        let copy = Head()
        copy.copy(from: head)
        head.set(.via, "changed" as StaticString)
        #expect(describe(copy) == "GET /a host=h scheme=\nvia: one\nx-a: 1\nvia: two")
        #expect(copy.has(.via))
    }

    @Test func everyKnownNameIsFoundAndNothingElse() {
        for known in KnownHeader.allCases {
            let name = Array(known.name.utf8)
            let found = name.withUnsafeBufferPointer { $0.baseAddress.flatMap { KnownHeader.find($0, name.count) } }
            #expect(found == known)
            for at in name.indices {
                var other = name
                other[at] ^= 1
                let near = other.withUnsafeBufferPointer {
                    $0.baseAddress.flatMap { KnownHeader.find($0, other.count) }
                }
                #expect(near.map { Array($0.name.utf8) == other } ?? true)
            }
        }
    }
}
