/// A regular expression in RE2's syntax; it must cover the whole text.
public struct RegexMatcher: Sendable, Equatable {
    public var regex: String
    public var source: SourceMark

    public init(regex: String, source: SourceMark = SourceMark()) {
        self.regex = regex
        self.source = source
    }
}

/// Replaces every match (RE2's rewrite syntax: `\1`).
public struct RegexRewrite: Sendable, Equatable {
    public var pattern: RegexMatcher
    public var substitution: String
    public var source: SourceMark

    public init(pattern: RegexMatcher, substitution: String = "", source: SourceMark = SourceMark()) {
        self.pattern = pattern
        self.substitution = substitution
        self.source = source
    }
}

public struct StringMatcher: Sendable, Equatable {
    public var pattern: StringPattern
    /// Not for regular expressions.
    public var ignoreCase: Bool
    public var source: SourceMark

    public init(pattern: StringPattern, ignoreCase: Bool = false, source: SourceMark = SourceMark()) {
        self.pattern = pattern
        self.ignoreCase = ignoreCase
        self.source = source
    }
}

public enum StringPattern: Sendable, Equatable {
    case exact(String)
    case prefix(String)
    case suffix(String)
    case contains(String)
    case safeRegex(RegexMatcher)
}

public struct HeaderMatcher: Sendable, Equatable {
    public var name: String
    public var match: HeaderMatch
    public var invertMatch: Bool
    public var treatMissingHeaderAsEmpty: Bool
    /// Several fields of the name are one value, with commas between, as Istio's rules have it. No field of Envoy's: its
    /// matchers look at each alone.
    public var joinsFields = false
    public var source: SourceMark

    public init(
        name: String,
        match: HeaderMatch = .present(true),
        invertMatch: Bool = false,
        treatMissingHeaderAsEmpty: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.name = name
        self.match = match
        self.invertMatch = invertMatch
        self.treatMissingHeaderAsEmpty = treatMissingHeaderAsEmpty
        self.source = source
    }
}

public enum HeaderMatch: Sendable, Equatable {
    case string(StringMatcher)
    case present(Bool)
    /// From `start`, up to but not including `end`.
    case range(start: Int64, end: Int64)
}

public struct QueryParameterMatcher: Sendable, Equatable {
    public var name: String
    public var match: QueryParameterMatch
    public var source: SourceMark

    public init(name: String, match: QueryParameterMatch = .present(true), source: SourceMark = SourceMark()) {
        self.name = name
        self.match = match
        self.source = source
    }
}

public enum QueryParameterMatch: Sendable, Equatable {
    case string(StringMatcher)
    case present(Bool)
}
