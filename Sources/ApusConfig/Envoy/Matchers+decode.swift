extension RegexMatcher {
    static func decode(_ field: Field) -> RegexMatcher? {
        field.message("envoy.type.matcher.v3.RegexMatcher") { message in
            message.ignore("google_re2")
            guard let pattern = message.required("regex"), let text = pattern.nonEmptyString() else { return nil }
            guard Regex.check(text, at: pattern) else { return nil }
            return RegexMatcher(regex: text, source: pattern.source)
        }
    }
}

extension RegexRewrite {
    static func decode(_ field: Field) -> RegexRewrite? {
        field.message("envoy.type.matcher.v3.RegexMatchAndSubstitute") { message in
            let pattern = message.required("pattern").flatMap(RegexMatcher.decode)
            let substitution = message["substitution"]
            let text = substitution?.headerValue() ?? ""
            guard let pattern else { return nil }
            if let substitution, !Regex.checkRewrite(text, of: pattern.regex, at: substitution) { return nil }
            return RegexRewrite(pattern: pattern, substitution: text, source: message.source)
        }
    }
}

extension StringMatcher {
    static func decode(_ field: Field) -> StringMatcher? {
        field.message("envoy.type.matcher.v3.StringMatcher") { message in
            let choice = message.oneOf("exact", "prefix", "suffix", "contains", "safe_regex", required: false)
            let ignoreCase = message["ignore_case"]
            let ignores = ignoreCase?.bool() ?? false
            if choice == nil, !message.has("custom") {
                field.report(.missingOneOf(["exact", "prefix", "suffix", "contains", "safe_regex"]))
            }
            guard let choice else { return nil }
            if ignores, choice.name == "safe_regex" { ignoreCase?.report(.ignoreCaseOfRegex) }
            guard let pattern = pattern(choice.name, choice.value) else { return nil }
            return StringMatcher(pattern: pattern, ignoreCase: ignores, source: message.source)
        }
    }

    static func pattern(_ name: String, _ field: Field) -> StringPattern? {
        switch name {
        case "exact": field.string().map(StringPattern.exact)
        case "prefix": field.nonEmptyString().map(StringPattern.prefix)
        case "suffix": field.nonEmptyString().map(StringPattern.suffix)
        case "contains": field.nonEmptyString().map(StringPattern.contains)
        default: RegexMatcher.decode(field).map(StringPattern.safeRegex)
        }
    }
}

extension HeaderMatcher {
    static func decode(_ field: Field) -> HeaderMatcher? {
        field.message("envoy.config.route.v3.HeaderMatcher") { message in
            let nameField = message.required("name")
            let choice = message.oneOf(
                "string_match", "present_match", "range_match", "exact_match", "safe_regex_match", "prefix_match",
                "suffix_match", "contains_match")
            let invert = message.bool("invert_match")
            let missingAsEmpty = message.bool("treat_missing_header_as_empty")
            let match: HeaderMatch? = choice.map { Self.match($0.name, $0.value) } ?? .present(true)
            guard let nameField, let name = nameField.nonEmptyString(), let match else { return nil }
            HeaderText.warnOfOddName(name, at: nameField)
            return HeaderMatcher(
                name: name.lowercased(), match: match, invertMatch: invert, treatMissingHeaderAsEmpty: missingAsEmpty,
                source: message.source)
        }
    }

    private static func match(_ name: String, _ field: Field) -> HeaderMatch? {
        switch name {
        case "string_match": return StringMatcher.decode(field).map(HeaderMatch.string)
        case "present_match": return field.bool().map(HeaderMatch.present)
        case "range_match": return range(field)
        default:
            // The deprecated spellings: exact_match and its like.
            let kind = String(name.dropLast("_match".utf8.count))
            return StringMatcher.pattern(kind, field).map { .string(StringMatcher(pattern: $0, source: field.source)) }
        }
    }

    private static func range(_ field: Field) -> HeaderMatch? {
        field.message("envoy.type.v3.Int64Range") { message in
            let start = message["start"]?.integer(Int64.self) ?? 0
            let end = message["end"]?.integer(Int64.self) ?? 0
            if start >= end { field.warn(.emptyRange(start: start, end: end)) }
            return .range(start: start, end: end)
        }
    }
}

extension QueryParameterMatcher {
    static func decode(_ field: Field) -> QueryParameterMatcher? {
        field.message("envoy.config.route.v3.QueryParameterMatcher") { message in
            let name = message.name("name")
            let choice = message.oneOf("string_match", "present_match")
            let match: QueryParameterMatch? =
                choice.map { name, value -> QueryParameterMatch? in
                    name == "string_match"
                        ? StringMatcher.decode(value).map(QueryParameterMatch.string)
                        : value.bool().map(QueryParameterMatch.present)
                } ?? .present(true)
            guard let name, let match else { return nil }
            return QueryParameterMatcher(name: name, match: match, source: message.source)
        }
    }
}
