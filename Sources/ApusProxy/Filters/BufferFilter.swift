import ApusConfig

/// Keeps a request back until all of its body is there, and gives one that came in chunks a length.
struct BufferFilter: Filter {
    let limit: Int

    func onRequest(_ exchange: Exchange) -> Verdict {
        // A tunnel has no end to wait for.
        if exchange.isUpgrade { return .next }
        let size = exchange.requestQueuedBytes
        // Asked first when the head is there, and again when the body is.
        guard exchange.hasWholeRequest, size <= limit else { return .buffer(limit: limit) }
        if size > 0, !exchange.request.has(.contentLength), exchange.requestTrailers == nil {
            exchange.request.remove(.transferEncoding)
            withUnsafeDecimal(size) { exchange.request.set(.contentLength, $0) }
        }
        return .next
    }
}

extension BufferFilter {
    init(_ settings: BufferSettings) { limit = Int(settings.maxRequestBytes) }

    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .buffer(let buffer) = settings else { return nil }
        guard case .buffer(let own)? = override?.setting else { return BufferFilter(buffer) }
        return switch own {
        case .disabled: nil
        case .buffer(let own): BufferFilter(own)
        }
    }
}
