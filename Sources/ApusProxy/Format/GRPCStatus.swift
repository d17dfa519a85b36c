import ApusConfig

extension Exchange {
    /// The gRPC status of a gRPC request's answer: from its trailers, its head, or derived from the HTTP status.
    var grpcStatus: Int? {
        guard isGRPC else { return nil }
        return grpcStatusOrMapped
    }

    /// As `grpcStatus`, also for requests that are not gRPC: what log filters compare.
    var grpcStatusOrMapped: Int? {
        if let text = responseTrailers?.value(.grpcStatus) ?? response.value(.grpcStatus) {
            return text.decimal.map { Int(clamping: $0) } ?? -1
        }
        let code = status > 0 ? status : response.status
        return code > 0 ? Self.grpcStatus(ofHTTP: code) : nil
    }

    static func grpcStatus(ofHTTP status: Int) -> Int {
        switch status {
        case 400: 13
        case 401: 16
        case 403: 7
        case 404: 12
        case 429, 502, 503, 504: 14
        default: 2
        }
    }

    /// The other way round; nil is no status at all.
    static func httpStatus(ofGRPC status: Int?) -> Int {
        switch status {
        case 0: 200
        case 1: 499
        case 3, 9, 11: 400
        case 4: 504
        case 5: 404
        case 6, 10: 409
        case 7: 403
        case 8: 429
        case 12: 501
        case 14: 503
        case 16: 401
        default: 500
        }
    }
}

extension GRPCStatusStyle {
    private static let camel: [StaticString] = [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
        "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented",
        "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ]
    private static let snake: [StaticString] = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]

    /// Statuses without a name are printed as numbers.
    func value(_ status: Int) -> FormatValue {
        guard Self.camel.indices.contains(status) else { return .number(status) }
        return switch self {
        case .camelCase: .fixed(Self.camel[status])
        case .snakeCase: .fixed(Self.snake[status])
        case .number: .number(status)
        }
    }
}
