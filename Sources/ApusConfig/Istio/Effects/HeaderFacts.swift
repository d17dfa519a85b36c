/// Which headers are set, added and removed.
enum HeaderFacts {
    /// For all of a rule's requests, or for those to one destination.
    static func of(_ headers: HeaderOperations, of destination: String? = nil) -> [Fact] {
        let place = destination.map { " for \($0)" } ?? ""
        return of(headers.request, "request header", place) + of(headers.response, "response header", place)
    }

    private static func of(_ operations: HeaderOperations.Operations, _ noun: String, _ place: String) -> [Fact] {
        operations.set.map { fact("sets", "to", $0, noun, place) }
            + operations.add.map { fact("adds", "with", $0, noun, place) }
            + operations.remove.map { .deed("removes \(noun) \($0)\(place)") }
    }

    private static func fact(
        _ verb: String, _ joint: String, _ header: HeaderOperations.Header, _ noun: String, _ place: String
    ) -> Fact {
        let shown = isSecret(header.name) ? "a value of its own" : "\"\(EffectText.short(header.value))\""
        return .deed("\(verb) \(noun) \(header.name)\(place)", header.value, shownAs: "\(joint) \(shown)")
    }

    /// Whose value lets its reader in somewhere, so that it is no matter for a terminal or a log.
    private static func isSecret(_ name: String) -> Bool {
        ["auth", "cookie", "token", "secret", "password", "key", "credential"].contains { name.contains($0) }
            && name != ":authority"
    }
}
