/// The filters that one kind of request passes, compiled for one route: overrides of the route are already laid over the
/// listener's settings, so that a request finds values and looks nothing up.
///
/// Every chain of a connection manager has the same length and order; a filter that a route disables leaves a gap. That
/// keeps positions comparable when a filter makes an exchange choose another route half way.
final class FilterChain: Sendable {
    /// In the order of the request; nil where the route disables the filter.
    let filters: [(any Filter)?]
    /// Positions of filters that want answers' heads, descending.
    let responseFilters: [Int]
    /// Positions of filters that want request bodies, ascending, and answers' bodies, descending.
    let requestBodyFilters: [Int]
    let responseBodyFilters: [Int]
    let completionFilters: [Int]
    /// Whether scripts alone look at bodies in a direction, which they do only while they wait.
    let requestBodiesAreForScripts: Bool
    let responseBodiesAreForScripts: Bool
    /// The same filters, each at a place of its own: to ask one of those copies nothing.
    let steps: [Unmanaged<FilterStep>?]
    private let stats: [StatScope]

    /// `stats`: what is to be read as long as there is this chain.
    init(_ filters: [(any Filter)?], stats: [StatScope] = []) {
        self.filters = filters
        self.stats = stats
        func positions(_ condition: (any Filter) -> Bool) -> [Int] {
            filters.indices.filter { filters[$0].map(condition) ?? false }
        }
        responseFilters = positions { $0.headInterest.contains(.response) }.reversed()
        requestBodyFilters = positions { $0.bodyInterest.contains(.request) }
        responseBodyFilters = positions { $0.bodyInterest.contains(.response) }.reversed()
        completionFilters = positions { $0.wantsCompletion }
        requestBodiesAreForScripts = requestBodyFilters.allSatisfy { filters[$0] is LuaFilter }
        responseBodiesAreForScripts = responseBodyFilters.allSatisfy { filters[$0] is LuaFilter }
        steps = filters.map { filter in filter.map { .passRetained(FilterStep(filter: $0)) } }
    }

    deinit {
        for step in steps { step?.release() }
    }
}

/// A filter in a chain.
final class FilterStep: Sendable {
    let filter: any Filter
    init(filter: any Filter) { self.filter = filter }
}
