/// What a request's hash is made of, for consistent balancing.
public struct HashPolicy: Sendable, Equatable {
    public var key: HashKey
    /// Stop here once there is a hash.
    public var terminal: Bool
    public var source: SourceMark

    public init(key: HashKey, terminal: Bool = false, source: SourceMark = SourceMark()) {
        self.key = key
        self.terminal = terminal
        self.source = source
    }
}

public enum HashKey: Sendable, Equatable {
    case header(name: String, rewrite: RegexRewrite?)
    case cookie(HashCookie)
    case sourceIP
    case queryParameter(String)
}

/// A cookie; one with a lifetime is made up for clients that have none.
public struct HashCookie: Sendable, Equatable {
    public var name: String
    /// nil: never made up; zero: a session cookie.
    public var ttl: Duration?
    public var path: String
    public var attributes: [CookieAttribute]

    public init(name: String, ttl: Duration? = nil, path: String = "", attributes: [CookieAttribute] = []) {
        self.name = name
        self.ttl = ttl
        self.path = path
        self.attributes = attributes
    }
}

public struct CookieAttribute: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String = "") {
        self.name = name
        self.value = value
    }
}
