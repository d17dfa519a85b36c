import ApusConfig

/// The CORS policies of a route, its virtual host and so on, laid over each other field by field.
struct CompiledCORSPolicy: Sendable {
    let enabled: CompiledFraction
    let shadow: CompiledFraction
    let allowMethods: CORSList?
    let allowHeaders: CORSList?
    let exposeHeaders: OwnedBytes?
    let maxAge: OwnedBytes?
    let allowCredentials: Bool
    let allowPrivateNetworkAccess: Bool
    /// A preflight of an origin that is not allowed goes upstream.
    let forwardsOtherPreflights: Bool
    private let origins: [CompiledStringMatcher]
    private let allowsAnyOrigin: Bool

    /// The most specific policy first; nil when there is none.
    init?(_ levels: [CorsPolicy]) throws {
        guard let first = levels.first else { return nil }
        // Envoy lets the most specific level alone say whether the filter is on.
        enabled = CompiledFraction(first.filterEnabled?.defaultValue ?? .always)
        shadow = CompiledFraction(first.shadowEnabled?.defaultValue ?? .never)
        func text(_ field: KeyPath<CorsPolicy, String>) -> String? {
            levels.map { $0[keyPath: field] }.first { !$0.isEmpty }
        }
        allowMethods = text(\.allowMethods).map(CORSList.init)
        allowHeaders = text(\.allowHeaders).map(CORSList.init)
        exposeHeaders = text(\.exposeHeaders).map { OwnedBytes($0) }
        maxAge = text(\.maxAge).map { OwnedBytes($0) }
        allowCredentials = levels.compactMap(\.allowCredentials).first ?? false
        allowPrivateNetworkAccess = levels.compactMap(\.allowPrivateNetworkAccess).first ?? false
        forwardsOtherPreflights = levels.allSatisfy(\.forwardNotMatchingPreflights)
        let matchers = levels.map(\.allowOriginStringMatch).first { !$0.isEmpty } ?? []
        origins = try matchers.map(CompiledStringMatcher.init)
        allowsAnyOrigin = origins.contains { $0.matches(StaticString("*").bytes) }
    }

    func allows(_ origin: Bytes) -> Bool {
        allowsAnyOrigin || origins.contains { $0.matches(origin) }
    }
}

/// A list as configured, or whatever the client asks for.
enum CORSList: Sendable {
    case fixed(OwnedBytes)
    case echo

    init(_ text: String) { self = text == "*" ? .echo : .fixed(OwnedBytes(text)) }

    func value(or asked: Bytes?) -> Bytes {
        switch self {
        case .fixed(let text): text.bytes
        case .echo: asked ?? StaticString("").bytes
        }
    }
}
