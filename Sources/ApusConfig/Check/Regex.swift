import CRE2

/// Regular expressions are tried with the engine that will run them.
enum Regex {
    static func check(_ pattern: String, at field: Field) -> Bool {
        guard let reason = problem(pattern) else { return true }
        field.report(ConfigurationError.badRegex(pattern, reason: reason))
        return false
    }

    /// Why a pattern is none; nil for a good one.
    static func problem(_ pattern: String) -> String? {
        compile(pattern) { regex, reason in regex == nil ? reason : nil }
    }

    /// Whether `rewrite` names only groups that `pattern` has.
    static func checkRewrite(_ rewrite: String, of pattern: String, at field: Field) -> Bool {
        compile(pattern) { regex, _ in
            guard let regex else { return false }
            var reason = [CChar](repeating: 0, count: 256)
            let size = reason.count
            let isGood = apus_re2_check_rewrite(regex, rewrite, rewrite.utf8.count, &reason, size) == 1
            if !isGood { field.report(.badRewrite(rewrite, reason: text(reason))) }
            return isGood
        }
    }

    private static func compile<Result>(_ pattern: String, _ body: (OpaquePointer?, String) -> Result) -> Result {
        var reason = [CChar](repeating: 0, count: 256)
        let size = reason.count
        let regex = apus_re2_new(pattern, pattern.utf8.count, &reason, size)
        defer { if regex != nil { apus_re2_free(regex) } }
        return body(regex, text(reason))
    }

    private static func text(_ reason: [CChar]) -> String {
        String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
