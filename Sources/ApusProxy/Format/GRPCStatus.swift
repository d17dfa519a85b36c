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
