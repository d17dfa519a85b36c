extension AccessLog {
    private static let file = "envoy.extensions.access_loggers.file.v3.FileAccessLog"
    private static let stdout = "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog"
    private static let stderr = "envoy.extensions.access_loggers.stream.v3.StderrAccessLog"

    static func decode(_ field: Field) -> AccessLog? {
        field.message("envoy.config.accesslog.v3.AccessLog") { message in
            let nameField = message["name"]
            let name = nameField?.string() ?? ""
            let filter = message["filter"].flatMap(AccessLogFilter.decode)
            let config = message["typed_config"]
            let sink = config.map(sink) ?? bare(name, at: nameField ?? field)
            guard let (sink, format) = sink else { return nil }
            return AccessLog(name: name, filter: filter, sink: sink, format: format, source: message.source)
        }
    }

    private static func bare(_ name: String, at field: Field) -> (AccessLogSink, AccessLogFormat)? {
        switch name {
        case "envoy.access_loggers.stdout": return (.stdout, .standard)
        case "envoy.access_loggers.stderr": return (.stderr, .standard)
        default:
            field.report(.missingField("typed_config"))
            return nil
        }
    }

    private static func sink(_ field: Field) -> (AccessLogSink, AccessLogFormat)? {
        guard let config = TypedConfig(field) else { return nil }
        switch config.type {
        case stdout: return config.message { message in format(message).map { (.stdout, $0) } }
        case stderr: return config.message { message in format(message).map { (.stderr, $0) } }
        case file:
            return config.message { message in
                let path = message.name("path")
                let format = fileFormat(message)
                guard let path, let format else { return nil }
                return (.file(path: path), format)
            }
        default:
            config.reportUnknown("access log", known: [file, stdout, stderr])
            return nil
        }
    }

    private static func format(_ message: Message) -> AccessLogFormat? {
        guard let field = message["log_format"] else { return .standard }
        return SubstitutionFormat.decode(field).map(AccessLogFormat.custom)
    }

    /// Three older fields say the same as `log_format`.
    private static func fileFormat(_ message: Message) -> AccessLogFormat? {
        let choice = message.oneOf("log_format", "format", "json_format", "typed_json_format")
        guard let (name, value) = choice else { return .standard }
        switch name {
        case "log_format": return SubstitutionFormat.decode(value).map(AccessLogFormat.custom)
        case "format":
            if value.string()?.isEmpty == true { return .standard }
            return value.format().map { .custom(SubstitutionFormat(layout: .text($0))) }
        default: return FormatTree.decode(value).map { .custom(SubstitutionFormat(layout: .json($0))) }
        }
    }
}

extension AccessLogFilter {
    private static let package = "envoy.config.accesslog.v3"

    static func decode(_ field: Field) -> AccessLogFilter? {
        field.message("\(package).AccessLogFilter") { message in
            let choice = message.oneOf(
                "status_code_filter", "duration_filter", "not_health_check_filter", "traceable_filter",
                "runtime_filter", "and_filter", "or_filter", "header_filter", "response_flag_filter",
                "grpc_status_filter")
            guard let (name, value) = choice else {
                if !message.has("extension_filter"), !message.has("metadata_filter"), !message.has("log_type_filter") {
                    field.report(
                        .missingOneOf(["status_code_filter", "duration_filter", "header_filter", "and_filter"]))
                }
                return nil
            }
            return decode(name, value)
        }
    }

    private static func decode(_ name: String, _ field: Field) -> AccessLogFilter? {
        switch name {
        case "status_code_filter": comparison(field, "StatusCodeFilter").map(AccessLogFilter.statusCode)
        case "duration_filter": comparison(field, "DurationFilter").map(AccessLogFilter.duration)
        case "not_health_check_filter": field.message("\(package).NotHealthCheckFilter") { _ in .notHealthCheck }
        case "traceable_filter": field.message("\(package).TraceableFilter") { _ in .traceable }
        case "runtime_filter": AccessLogSampling.decode(field).map(AccessLogFilter.runtime)
        case "and_filter": several(field, "AndFilter").map(AccessLogFilter.and)
        case "or_filter": several(field, "OrFilter").map(AccessLogFilter.or)
        case "header_filter": header(field)
        case "response_flag_filter": responseFlags(field)
        default: grpcStatus(field)
        }
    }

    private static func comparison(_ field: Field, _ type: String) -> AccessLogComparison? {
        field.message("\(package).\(type)") { message in
            message.required("comparison").flatMap(AccessLogComparison.decode)
        }
    }

    private static func several(_ field: Field, _ type: String) -> [AccessLogFilter]? {
        field.message("\(package).\(type)") { message in
            guard let filters = message.required("filters") else { return nil }
            if filters.elements.count < 2 { filters.report(.tooFew(least: 2)) }
            return filters.elements.compactMap(decode)
        }
    }

    private static func header(_ field: Field) -> AccessLogFilter? {
        field.message("\(package).HeaderFilter") { message in
            message.required("header").flatMap(HeaderMatcher.decode).map(AccessLogFilter.header)
        }
    }

    private static func responseFlags(_ field: Field) -> AccessLogFilter? {
        field.message("\(package).ResponseFlagFilter") { message in
            .responseFlag(
                message.each("flags") { flag in
                    guard let text = flag.string() else { return nil }
                    guard ResponseFlags.short.contains(text) else {
                        let nearest = nearestName(to: text, among: ResponseFlags.short)
                        flag.report(.unknownChoice(text, options: ResponseFlags.short, nearest: nearest))
                        return nil
                    }
                    return text
                })
        }
    }

    private static func grpcStatus(_ field: Field) -> AccessLogFilter? {
        field.message("\(package).GrpcStatusFilter") { message in
            let statuses = message.each("statuses") { status -> UInt32? in
                status.choice([
                    "OK": 0, "CANCELED": 1, "UNKNOWN": 2, "INVALID_ARGUMENT": 3, "DEADLINE_EXCEEDED": 4,
                    "NOT_FOUND": 5, "ALREADY_EXISTS": 6, "PERMISSION_DENIED": 7, "RESOURCE_EXHAUSTED": 8,
                    "FAILED_PRECONDITION": 9, "ABORTED": 10, "OUT_OF_RANGE": 11, "UNIMPLEMENTED": 12,
                    "INTERNAL": 13, "UNAVAILABLE": 14, "DATA_LOSS": 15, "UNAUTHENTICATED": 16,
                ])
            }
            return .grpcStatus(statuses: Set(statuses), exclude: message.bool("exclude"))
        }
    }
}

extension AccessLogComparison {
    static func decode(_ field: Field) -> AccessLogComparison? {
        field.message("envoy.config.accesslog.v3.ComparisonFilter") { message in
            let op: ComparisonOperator? = message["op"].map {
                $0.choice(["EQ": .equal, "GE": .greaterOrEqual, "LE": .lessOrEqual, "NE": .notEqual]) ?? .equal
            }
            let value = message.required("value").flatMap(RuntimeUInt32.decode)
            guard let value else { return nil }
            return AccessLogComparison(op: op ?? .equal, value: value)
        }
    }
}

extension AccessLogSampling {
    static func decode(_ field: Field) -> AccessLogSampling? {
        field.message("envoy.config.accesslog.v3.RuntimeFilter") { message in
            let key = message.name("runtime_key")
            let share = message["percent_sampled"].flatMap(Fraction.decode) ?? .never
            let independent = message.bool("use_independent_randomness")
            guard let key else { return nil }
            return AccessLogSampling(runtimeKey: key, percentSampled: share, useIndependentRandomness: independent)
        }
    }
}

/// The short names of Envoy's response flags.
public enum ResponseFlags {
    public static let short = [
        "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE", "DC", "URX", "SI", "IH",
        "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF", "DO", "DR", "UDO",
    ]
}
