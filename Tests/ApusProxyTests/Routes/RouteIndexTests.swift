import ApusConfig
import Testing

@testable import ApusProxy

@Suite("The index of routes")
struct RouteIndexTests {
    /// What a pattern means, without any index.
    static func matches(_ match: RouteMatch, _ path: String) -> Bool {
        let fold = { (text: String) in match.caseSensitive ? text : text.lowercased() }
        let bare = fold(String(path.prefix { $0 != "?" }))
        switch match.path {
        case .path(let text): return bare == fold(text)
        case .prefix(let text): return bare.hasPrefix(fold(text))
        case .pathSeparatedPrefix(let text): return bare == fold(text) || bare.hasPrefix(fold(text) + "/")
        case .safeRegex(let regex):
            return (try? CompiledRegex(regex.regex))?.matches(path.prefix { $0 != "?" }.description.copied) ?? false
        case .connect: return false
        }
    }

    static func text(_ random: inout RandomSource) -> String {
        let letters = ["/", "/", "a", "b", "A", "bc", "/a", "longersegment"]
        return "/" + (0..<random.next() % 7).map { _ in letters[Int(random.next() % UInt64(letters.count))] }.joined()
    }

    static func pattern(_ random: inout RandomSource) -> PathSpecifier {
        let text = text(&random)
        switch random.next() % 8 {
        case 0, 1: return .path(text)
        case 2, 3: return .pathSeparatedPrefix(text.hasSuffix("/") ? text + "x" : text)
        case 4: return regex(text + "[a-z]*")
        case 5: return random.next() % 8 == 0 ? .connect : .prefix("")
        default: return .prefix(text)
        }
    }

    @Test("The index finds what a scan of all routes finds, on thousands of random tables", arguments: 0..<50)
    func scan(seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        for _ in 0..<60 {
            let routes = (0..<(1 + random.next() % 24)).map { number in
                let conditional = random.next() % 3 == 0
                let matcher = HeaderMatcher(name: "x-k", match: .present(random.next() % 2 == 0))
                return route(
                    "\(number)", Self.pattern(&random), caseSensitive: random.next() % 3 != 0,
                    headers: conditional ? [matcher] : [])
            }
            let table = table(routes)
            for _ in 0..<40 {
                let path = Self.text(&random) + (random.next() % 4 == 0 ? "?/a" : "")
                let headers = random.next() % 2 == 0 ? [("x-k", "")] : []
                let first = routes.first { route in
                    guard Self.matches(route.match, path) else { return false }
                    guard case .present(let wanted)? = route.match.headers.first?.match else { return true }
                    return wanted != headers.isEmpty
                }
                #expect(table.name(path, headers) == first?.name, "\(path) in \(routes.map(\.match.path))")
            }
        }
    }

    @Test("Ten thousand prefixes with their subtrees are all told apart")
    func many() {
        let routes = (0..<10_000).map { route("\($0)", .prefix("/service-\($0)/")) }
        let table = table(routes)
        for number in stride(from: 0, to: 10_000, by: 7) {
            #expect(table.name("/service-\(number)/items/1?q") == "\(number)")
        }
        #expect(table.name("/service-10000/") == nil)
    }
}
