/// `istio.stats`: requests are counted by Istio's labels (`istio_requests_total` and its like). Only rules make it.
public struct IstioStatsSettings: Sendable, Equatable {
    /// The side of requests that this proxy is on: where they come from.
    public var reporter = "source"
    /// Who sends the requests.
    public var workload = WorkloadLabels()

    public init() {}
}

/// What a workload is called in statistics. Empty: not known.
public struct WorkloadLabels: Sendable, Hashable {
    public var name = ""
    public var namespace = ""
    /// Its labels `app` and `version`.
    public var app = ""
    public var version = ""
    public var cluster = ""
    public var canonicalService = ""
    public var canonicalRevision = ""

    public init() {}
}
