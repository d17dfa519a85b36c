import ApusConfig

/// Everything that the configuration in force is made of. A value: each revision holds its own.
struct Standing: Sendable {
    /// The bootstrap: the file of the start, or what was posted in its place.
    var base: LoadResult
    /// The text of a bootstrap that was posted; nil: the file's.
    var posted: String?
    /// Route configurations that were put in the place of those in the bootstrap, by name.
    var routes: [String: PutRoutes] = [:]
    var rules = RuleSet()
    /// The rules that came from watched files, as they were there.
    var files: [RuleName: WrittenDocument] = [:]
}

/// A route configuration as it was put.
struct PutRoutes: Sendable {
    var text: String
    var routes: RouteConfiguration
    var document: ConfigValue
}

/// One accepted change.
struct Revision: Sendable {
    /// From 1.
    var number: Int
    /// `2026-01-31T12:00:00.123Z`
    var time: String
    /// Who asked: `start`, `api`, `files`, `rollback to 3`, ...
    var origin: String
    var changes: [Change]
    /// What was in force from this change on.
    var standing: Standing
    /// Bytes that it changed, about.
    var size = 0

    struct Change: Sendable, Equatable {
        /// `VirtualService/default/reviews`, `bootstrap` or `routes/local_route`.
        var resource: String
        var change: RuleChange
        /// What it means for requests, in words.
        var effects: [String] = []
        var warnings: [String] = []
    }
}

extension Revision.Change {
    var json: ConfigValue {
        .members(
            ("resource", .string(resource)), ("change", .string(change.rawValue)),
            ("warnings", .array(warnings.map(ConfigValue.string))),
            ("effects", .array(effects.map(ConfigValue.string))))
    }
}
