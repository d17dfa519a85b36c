import ApusConfig

/// Copies headers and cookies into dynamic metadata, where routes, formats and other filters read them.
struct HeaderToMetadataFilter: Filter {
    let requestRules: [CompiledMetadataRule]
    let responseRules: [CompiledMetadataRule]
    /// nil: not counted, as nobody has named the statistics.
    let stats: StatGroup<HeaderToMetadataCounter>?

    func onRequest(_ exchange: Exchange) -> Verdict {
        apply(requestRules, to: exchange.request, exchange, counting: .request)
        return .next
    }

    func onResponse(_ exchange: Exchange) -> Verdict {
        apply(responseRules, to: exchange.response, exchange, counting: .response)
        return .next
    }

    private func apply(
        _ rules: [CompiledMetadataRule], to head: Head, _ exchange: Exchange, counting direction: MetadataDirection
    ) {
        let counters = stats.map { exchange.worker.counters($0) }
        for rule in rules {
            let outcome = rule.apply(to: head, metadata: &exchange.dynamicMetadata)
            guard let counters else { continue }
            counters.add(direction.processed)
            if outcome.usedMissing { counters.add(direction.notFound) }
            switch outcome.result {
            case .added: counters.add(direction.added)
            case .tooLong: counters.add(.headerValueTooLong)
            case .notBase64: counters.add(.base64DecodeFailed)
            case .nothing: break
            }
        }
    }
}

extension HeaderToMetadataFilter {
    static func make(
        _ settings: FilterSettings, _ override: FilterOverride?, _ context: FilterContext
    ) throws -> (any Filter)? {
        guard case .headerToMetadata(var config) = settings else { return nil }
        if case .headerToMetadata(let own)? = override?.setting { config = own }
        let stats = statPrefix(config).map { context.stats.scope($0).counters(HeaderToMetadataCounter.self) }
        if config.requestRules.isEmpty, config.responseRules.isEmpty { return nil }
        return HeaderToMetadataFilter(
            requestRules: try config.requestRules.map(CompiledMetadataRule.init),
            responseRules: try config.responseRules.map(CompiledMetadataRule.init), stats: stats)
    }

    static func statPrefix(_ config: HeaderToMetadata) -> String? {
        config.statPrefix.isEmpty ? nil : "http_filter_name.\(config.statPrefix)."
    }
}

/// Statistics of `http_filter_name.<stat_prefix>.`
enum HeaderToMetadataCounter: Int, StatField, CaseIterable {
    case requestRulesProcessed, requestMetadataAdded, requestHeaderNotFound
    case responseRulesProcessed, responseMetadataAdded, responseHeaderNotFound
    case base64DecodeFailed, headerValueTooLong
    var kind: StatKind { .counter }
}

/// Which of the two sets of rules is counted.
private enum MetadataDirection {
    case request, response

    var processed: HeaderToMetadataCounter { self == .request ? .requestRulesProcessed : .responseRulesProcessed }
    var added: HeaderToMetadataCounter { self == .request ? .requestMetadataAdded : .responseMetadataAdded }
    var notFound: HeaderToMetadataCounter { self == .request ? .requestHeaderNotFound : .responseHeaderNotFound }
}
