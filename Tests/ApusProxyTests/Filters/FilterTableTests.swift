import ApusConfig
import Testing

@testable import ApusProxy

struct FilterTableTests {
    private func findings(_ settings: FilterSettings) -> [String] {
        var table = FilterTable.builtIn
        table.makers[settings.key] = nil
        let manager = HTTPConnectionManager(httpFilters: [HTTPFilter(name: "mine", settings: settings)])
        return FilterChains(manager: manager, table: table, clusterIndex: [:], path: "").diagnostics.map(\.description)
    }

    @Test func `a filter that nobody can make is refused, not left out`() {
        #expect(
            findings(.lua(LuaSettings())) == [
                ": http_filters[0]: no filter 'envoy.filters.http.lua' is in this executable"
            ])
        #expect(
            findings(.custom(name: "stamp", typeURL: "type.googleapis.com/example.Stamp", .object([]))) == [
                ": http_filters[0]: no filter 'stamp' ('type.googleapis.com/example.Stamp') is in this executable"
            ])
    }
}
