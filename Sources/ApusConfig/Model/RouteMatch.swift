public struct RouteMatch: Sendable, Equatable {
    public var path: PathSpecifier
    public var caseSensitive: Bool
    public var runtimeFraction: RuntimeFraction?
    /// All must match.
    public var headers: [HeaderMatcher]
    /// All must match.
    public var queryParameters: [QueryParameterMatcher]
    /// Only gRPC requests.
    public var grpc: Bool
    public var source: SourceMark

    public init(
        path: PathSpecifier,
        caseSensitive: Bool = true,
        runtimeFraction: RuntimeFraction? = nil,
        headers: [HeaderMatcher] = [],
        queryParameters: [QueryParameterMatcher] = [],
        grpc: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.path = path
        self.caseSensitive = caseSensitive
        self.runtimeFraction = runtimeFraction
        self.headers = headers
        self.queryParameters = queryParameters
        self.grpc = grpc
        self.source = source
    }
}

public enum PathSpecifier: Sendable, Equatable {
    case prefix(String)
    case path(String)
    /// The whole path, without the query.
    case safeRegex(RegexMatcher)
    /// The path itself, or anything below it behind a `/`.
    case pathSeparatedPrefix(String)
    /// CONNECT requests.
    case connect
}
