import ApusConfig
import NIOCore

/// Counts each request once, by Istio's labels, when it is over: however often it was tried, and whoever answered.
struct IstioStatsFilter: Filter {
    /// A number of `LabelSets.sources`, never 0.
    let source: UInt8

    var headInterest: MessageInterest { .request }
    var wantsCompletion: Bool { true }

    func onRequest(_ exchange: Exchange) -> Verdict {
        exchange.filterMarks.statSource = source
        return .next
    }

    func onComplete(_ exchange: Exchange) {
        let milliseconds = Int((exchange.worker.now - exchange.started).nanoseconds / 1_000_000)
        exchange.series(from: source).record(
            milliseconds: milliseconds, received: exchange.requestHeadBytes + exchange.bytesReceived,
            sent: exchange.responseHeadBytes + exchange.bytesSent)
    }
}

extension IstioStatsFilter {
    static let make: FilterMaker = { settings, _, _ in
        guard case .istioStats(let settings) = settings else { return nil }
        let text = settings.workload.sourceText(reporter: settings.reporter)
        return IstioStatsFilter(source: UInt8(truncatingIfNeeded: LabelSets.sources.number(of: text)))
    }
}

extension Exchange {
    /// Where the request is counted.
    @inline(__always)
    fileprivate func series(from source: UInt8) -> RequestSeries {
        let key = RequestKey(
            status: status, flags: flags, isGRPC: isGRPC, grpcStatus: isGRPC ? grpcStatus : nil, isCopy: false,
            source: source)
        if let upstreamHost {
            return upstreamHost.series(key, flags: flags.short)
        }
        if let cluster {
            return cluster.destination.series(
                key, on: worker, flags: flags.short,
                labels: DestinationLabels(cluster.compiled.cluster))
        }
        return worker.series(key.at(missingDestination), flags: flags.short)
    }

    /// Who was to answer, where there is no cluster.
    private var missingDestination: UInt16 {
        var labels = DestinationLabels()
        switch route?.action {
        case .forward?: labels = DestinationLabels(missingCluster: clusterName)
        // As Istio calls it: the host is none that is known.
        case .direct? where route?.name == "block_all": labels.serviceName = "BlackHoleCluster"
        default: return 0
        }
        return labels.number
    }
}

extension UpstreamHost {
    /// Where a request that was sent here is counted. `key`: without its destination.
    @inline(__always)
    func series(_ key: RequestKey, flags: @autoclosure () -> String) -> RequestSeries {
        destination.series(
            key, on: cluster.worker, flags: flags(),
            labels: DestinationLabels(cluster.compiled.cluster).at(endpoint.metadata))
    }
}
