public struct Redirect: Sendable, Equatable {
    public var scheme: RedirectScheme
    public var hostRedirect: String
    /// 0: as it was.
    public var portRedirect: UInt32
    public var path: RedirectPath
    public var responseCode: UInt32
    public var stripQuery: Bool
    public var source: SourceMark

    public init(
        scheme: RedirectScheme = .same,
        hostRedirect: String = "",
        portRedirect: UInt32 = 0,
        path: RedirectPath = .same,
        responseCode: UInt32 = 301,
        stripQuery: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.scheme = scheme
        self.hostRedirect = hostRedirect
        self.portRedirect = portRedirect
        self.path = path
        self.responseCode = responseCode
        self.stripQuery = stripQuery
        self.source = source
    }
}

public enum RedirectScheme: Sendable, Equatable {
    case same
    case https
    case named(String)
}

public enum RedirectPath: Sendable, Equatable {
    case same
    /// May carry its own query.
    case replaced(String)
    case prefixRewrite(String)
    case regexRewrite(RegexRewrite)
}
