extension Address {
    var encoded: ConfigValue {
        .message { message in
            switch self {
            case .socket(let host, let port):
                message.add(
                    "socket_address",
                    .message {
                        $0.add("address", host)
                        $0.add("port_value", .number(Double(port)))
                    })
            case .pipe(let path, let mode):
                message.add(
                    "pipe",
                    .message {
                        $0.add("path", path)
                        $0.add("mode", mode, unless: 0)
                    })
            }
        }
    }
}

extension HeaderValueOption {
    var encoded: ConfigValue {
        .message { message in
            message.add(
                "header",
                .message {
                    $0.add("key", key)
                    $0.add("value", value.text)
                })
            message.add("append_action", appendAction.rawValue, unless: HeaderAppendAction.appendIfExistsOrAdd.rawValue)
            message.add("keep_empty_value", keepEmptyValue)
        }
    }
}

extension Fraction {
    var encoded: ConfigValue {
        .message { message in
            message.add("numerator", numerator, unless: 0)
            switch denominator {
            case 10_000: message.add("denominator", "TEN_THOUSAND")
            case 1_000_000: message.add("denominator", "MILLION")
            default: break
            }
        }
    }
}

extension RuntimeFraction {
    var encoded: ConfigValue {
        .message {
            $0.add("default_value", defaultValue.encoded)
            $0.add("runtime_key", runtimeKey)
        }
    }
}

extension RegexMatcher {
    var encoded: ConfigValue { .message { $0.add("regex", regex) } }
}

extension RegexRewrite {
    var encoded: ConfigValue {
        .message {
            $0.add("pattern", pattern.encoded)
            $0.add("substitution", substitution)
        }
    }
}

extension StringMatcher {
    var encoded: ConfigValue {
        .message { message in
            switch pattern {
            case .exact(let text): message.add("exact", .string(text))
            case .prefix(let text): message.add("prefix", .string(text))
            case .suffix(let text): message.add("suffix", .string(text))
            case .contains(let text): message.add("contains", .string(text))
            case .safeRegex(let regex): message.add("safe_regex", regex.encoded)
            }
            message.add("ignore_case", ignoreCase)
        }
    }
}

extension HeaderMatcher {
    var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            switch match {
            case .string(let matcher): message.add("string_match", matcher.encoded)
            case .present(let isPresent): message.add("present_match", .bool(isPresent))
            case .range(let start, let end):
                message.add(
                    "range_match",
                    .message {
                        $0.add("start", start, unless: 0)
                        $0.add("end", end, unless: 0)
                    })
            }
            message.add("invert_match", invertMatch)
            message.add("treat_missing_header_as_empty", treatMissingHeaderAsEmpty)
        }
    }
}

extension QueryParameterMatcher {
    var encoded: ConfigValue {
        .message { message in
            message.add("name", name)
            switch match {
            case .string(let matcher): message.add("string_match", matcher.encoded)
            case .present(let isPresent): message.add("present_match", .bool(isPresent))
            }
        }
    }
}
