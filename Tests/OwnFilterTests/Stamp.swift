import ApusConfig
import ApusProxy

/// Puts a text on every answer.
struct Stamp: Filter {
    static let name = HeaderName("x-stamp")
    let text: String

    func onResponse(_ exchange: Exchange) -> Verdict {
        exchange.response.set(Self.name, text: text)
        return .next
    }
}

let filters = FilterTable.builtIn.adding("example.stamp") { _, _, _ in Stamp(text: "seen") }

func serve(_ file: String, _ text: String) async throws -> Proxy {
    let loaded = ConfigurationLoader.load(text: text, file: file, customFilters: filters.custom) { _ in [] }
    return try await Proxy.start(loaded, options: ProxyOptions(filters: filters))
}
