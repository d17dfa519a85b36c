/// What a rewrite needs of the route's match.
enum RewriteRules {
    /// `path_separated_prefix` does not end with a slash and is a path only.
    static func isSeparatedPrefix(_ text: String) -> Bool {
        text.utf8.count > 1 && !text.hasSuffix("/") && !text.contains { $0 == "?" || $0 == "#" }
    }

    /// A prefix rewrite behind a regular expression has no prefix to replace.
    static func check(_ match: RouteMatch, at field: Field) {
        if case .safeRegex = match.path { field.warn(.prefixRewriteOfRegex) }
    }
}
