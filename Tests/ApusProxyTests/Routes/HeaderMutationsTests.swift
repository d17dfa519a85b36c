import ApusConfig
import Testing

@testable import ApusProxy

@Suite("Header mutations")
struct HeaderMutationsTests {
    static func apply(_ levels: [HeaderMutation], to headers: [(String, String)]) -> Head {
        let exchange = makeExchange(headers: headers)
        HeaderMutations(levels).apply(to: exchange.request, exchange: exchange)
        return exchange.request
    }

    static func actions() -> HeaderMutation {
        HeaderMutation(
            add: [
                HeaderMutation.adding("x-append", "new"), .adding("x-absent", "new", .addIfAbsent),
                .adding("x-over", "new", .overwriteIfExistsOrAdd), .adding("x-exist", "new", .overwriteIfExists),
            ].flatMap(\.add))
    }

    @Test("Levels take effect one after the other")
    func levels() {
        let head = Self.apply([.adding("x-level", "route"), .adding("x-level", "vhost")], to: [("x-level", "client")])
        #expect(head.values("x-level") == ["client", "route", "vhost"])
    }

    @Test("Appending, adding if absent and overwriting, without the headers")
    func absent() {
        let head = Self.apply([Self.actions()], to: [])
        #expect(head.values("x-append") == ["new"])
        #expect(head.values("x-absent") == ["new"])
        #expect(head.values("x-over") == ["new"])
        #expect(head.values("x-exist") == [])
    }

    @Test("Appending, adding if absent and overwriting, with the headers")
    func present() {
        let names = ["x-append", "x-absent", "x-over", "x-exist"]
        let head = Self.apply([Self.actions()], to: names.map { ($0, "old") })
        #expect(head.values("x-append") == ["old", "new"])
        #expect(head.values("x-absent") == ["old"])
        #expect(head.values("x-over") == ["new"])
        #expect(head.values("x-exist") == ["new"])
    }

    @Test("Overwriting leaves one of repeated headers")
    func repeated() {
        let old = [("x-append", "a"), ("x-append", "b"), ("x-over", "a"), ("x-over", "b")]
        let head = Self.apply([Self.actions()], to: old)
        #expect(head.values("x-append") == ["a", "b", "new"])
        #expect(head.values("x-over") == ["new"])
    }

    @Test("Empty values are added only when they are to be kept")
    func empty() {
        let head = Self.apply([.adding("x-drop", ""), .adding("x-keep", "", keepsEmpty: true)], to: [])
        #expect(head.values("x-drop") == [])
        #expect(head.values("x-keep") == [""])
    }

    @Test("Within a level removals come first, so that what it adds stays")
    func removal() {
        let level = HeaderMutation(add: HeaderMutation.adding("x-secret", "ours").add, remove: ["x-secret", "x-other"])
        let head = Self.apply([level], to: [("x-secret", "theirs"), ("x-other", "1"), ("x-kept", "1")])
        #expect(head.values("x-secret") == ["ours"])
        #expect(head.values("x-other") == [])
        #expect(head.values("x-kept") == ["1"])
    }

    @Test("Values are made before anything of their level is changed")
    func formats() {
        let method = FormatString(
            text: "%REQ(x-a)%",
            pieces: [.operator(.requestHeader(name: "x-a", alternative: nil), maxLength: nil)])
        let level = HeaderMutation(add: [
            HeaderValueOption(key: "x-a", value: FormatString(literal: "2"), appendAction: .overwriteIfExistsOrAdd),
            HeaderValueOption(key: "x-b", value: method),
        ])
        let head = Self.apply([level], to: [("x-a", "1")])
        #expect(head.values("x-a") == ["2"])
        #expect(head.values("x-b") == ["1"])
    }
}
