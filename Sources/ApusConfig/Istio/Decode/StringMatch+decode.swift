extension StringMatch {
    /// What a value is of, for the rules that differ.
    enum Use: Equatable {
        /// Its prefix may be empty.
        case uri
        case attribute
        /// `regex: "*"`, which is not RE2, means any value.
        case named
    }

    /// `StringMatch`: at most one of its fields; none is any value.
    static func decode(_ field: Field, _ use: Use = .attribute) -> StringMatch? {
        field.message("networking.istio.io.StringMatch") { message in
            guard let (name, value) = message.oneOf("exact", "prefix", "regex") else { return .present }
            guard let text = value.string() else { return nil }
            switch name {
            case "exact": return .exact(text)
            case "prefix":
                if text.isEmpty, use != .uri { value.report(.emptyPrefix) }
                return .prefix(text)
            default:
                if text == "*", use == .named { return .present }
                return RuleRegex.check(text, at: value) ? .regex(text) : nil
            }
        }
    }
}

/// Regular expressions of rules: RE2, and not too long.
enum RuleRegex {
    static func check(_ pattern: String, at field: Field) -> Bool {
        guard !pattern.isEmpty else {
            field.report(.emptyRegex)
            return false
        }
        let length = pattern.unicodeScalars.count
        guard length <= 1024 else {
            field.report(.regexTooLong(length))
            return false
        }
        guard let reason = Regex.problem(pattern) else { return true }
        field.report(VirtualServiceError.badRegex(pattern, reason: reason))
        return false
    }
}
