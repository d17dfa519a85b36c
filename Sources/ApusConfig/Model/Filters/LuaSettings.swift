/// `envoy.extensions.filters.http.lua.v3.Lua`, and in `apus` what Envoy has no settings for.
public struct LuaSettings: Sendable, Equatable {
    /// `default_source_code`, or `inline_code`, its deprecated form. Runs where no route chooses otherwise; nil: nothing
    /// runs there.
    public var defaultSource: LuaSource?
    /// `source_codes`: scripts that routes choose by name.
    public var sources: [String: LuaSource]
    /// Stands behind `lua.` in the names of the filter's statistics; empty for none.
    public var statPrefix: String
    /// Whether a script that changes request headers has the route chosen anew; nil: not said, which Envoy takes as true.
    public var clearRouteCache: Bool?
    public var limits: LuaLimits
    public var source: SourceMark

    public init(
        defaultSource: LuaSource? = nil,
        sources: [String: LuaSource] = [:],
        statPrefix: String = "",
        clearRouteCache: Bool? = nil,
        limits: LuaLimits = LuaLimits(),
        source: SourceMark = SourceMark()
    ) {
        self.defaultSource = defaultSource
        self.sources = sources
        self.statPrefix = statPrefix
        self.clearRouteCache = clearRouteCache
        self.limits = limits
        self.source = source
    }
}

/// A script as it was written or read when the configuration was loaded.
public struct LuaSource: Sendable, Equatable {
    public var text: String
    /// As written, when the script came from a file.
    public var filename: String?
    /// What errors call it: the file's name, or the field as `lua.default_source_code`.
    public var origin: String
    public var source: SourceMark

    public init(text: String, filename: String? = nil, origin: String, source: SourceMark = SourceMark()) {
        self.text = text
        self.filename = filename
        self.origin = origin
        self.source = source
    }
}

/// `apus` in the settings of a Lua filter: what a script may use up, and what happens when it fails.
public struct LuaLimits: Sendable, Equatable {
    /// Instructions of Lua's virtual machine in one call of a script's function, at least 1.
    public var instructions: Int
    /// What one Lua state may hold, at least 1.
    public var memoryBytes: Int
    /// The largest body that a script may ask for as a whole, at least 1; nil: the connection's buffer limit.
    public var bodyBytes: Int?
    /// The status of the answer to a request whose script failed while no answer was on its way, 200 to 599; nil: the
    /// request goes on, as in Envoy.
    public var errorStatus: Int?
    /// Where `require` looks for modules, first to last.
    public var scriptFolders: [String]

    public init(
        instructions: Int = 10_000_000,
        memoryBytes: Int = 64 << 20,
        bodyBytes: Int? = nil,
        errorStatus: Int? = nil,
        scriptFolders: [String] = []
    ) {
        self.instructions = instructions
        self.memoryBytes = memoryBytes
        self.bodyBytes = bodyBytes
        self.errorStatus = errorStatus
        self.scriptFolders = scriptFolders
    }
}

/// `LuaPerRoute`. Any form may bring `filter_context`, an object that scripts read.
public enum LuaOverride: Sendable, Equatable {
    case disabled(filterContext: ConfigValue?)
    /// A script of the filter's `source_codes`; nothing runs when there is none of that name.
    case named(String, filterContext: ConfigValue?)
    case source(LuaSource, filterContext: ConfigValue?)
    /// The filter's default script.
    case none(filterContext: ConfigValue?)
}
