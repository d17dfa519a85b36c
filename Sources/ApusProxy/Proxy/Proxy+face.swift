import ApusConfig
import Logging
import NIOCore

extension Proxy: ProxyFace {
    public func numbers() async -> [WorkerNumbers] {
        var numbers: [WorkerNumbers] = []
        for worker in workers {
            if let copied = try? await worker.loop.submit({ WorkerNumbers(copying: worker) }).get() {
                numbers.append(copied)
            }
        }
        return numbers
    }

    public func clusterReadings() async -> [ClusterReading] {
        var readings = snapshot.clusters.map { ClusterReading($0) }
        for worker in workers {
            let own = try? await worker.loop.submit {
                worker.clusters.map { $0.made?.hosts.map(EndpointReading.init) ?? [] }
            }
            .get()
            for (index, endpoints) in (own ?? []).enumerated() where index < readings.count {
                readings[index].add(endpoints)
            }
        }
        return readings
    }

    public func listenerReadings() async -> [ListenerReading] {
        sockets.map { ListenerReading(name: $0.compiled.name, address: $0.address) }
    }

    public func serverReading() async -> ServerReading {
        var reading = ServerReading(
            state: ServerHealth.shared.isFailed && state == .live ? .draining : state, version: Version.text,
            uptime: Int((NIODeadline.now() - started).nanoseconds / 1_000_000_000), concurrency: workers.count,
            node: snapshot.node, configPath: options.configPath,
            drainSeconds: Int(options.drainTime.components.seconds), logLevel: "\(log.logLevel)",
            livePrefixes: snapshot.statPrefixes)
        reading.totalConnections = await openConnections()
        reading.configUpdated = configUpdated
        reading.reloads = reloads
        reading.reloadFailures = reloadFailures
        reading.gauges = gauges
        return reading
    }

    /// Gauges to show among the statistics, by name, in the place of those before.
    public func show(gauges: [String: Int]) async { self.gauges = gauges }

    public func configDocument() async -> ConfigValue { makeDocument?() ?? document }

    public func setHealthcheck(failing: Bool) async {
        if failing { ServerHealth.shared.fail() } else { ServerHealth.shared.recover() }
    }

    public func drainListeners(graceful: Bool, inboundOnly: Bool) async { await stopAccepting(draining: graceful) }

    public func shutdown() async { await options.onShutdown() }

    public func reload() async -> [Diagnostic] {
        if let reload = options.reload { return await reload() }
        guard let load = options.load else {
            return [Diagnostic(source: SourceMark(), path: "", message: "this proxy was not started from a file")]
        }
        let result = await load()
        do {
            try await replace(with: result)
            log.info(
                "configuration reloaded", metadata: ["file": "\(options.configPath)", "version": "\(snapshot.version)"])
            return []
        } catch let refusal as Refusal {
            let reasons =
                refusal.diagnostics.isEmpty
                ? [
                    Diagnostic(
                        source: SourceMark(file: options.configPath, line: 1, column: 1), path: "",
                        message: refusal.message)
                ]
                : refusal.diagnostics
            for reason in reasons where reason.severity == .error {
                log.error("configuration refused, the old one stays", metadata: ["reason": "\(reason)"])
            }
            return reasons
        } catch {
            return [Diagnostic(source: SourceMark(), path: "", message: "\(error)")]
        }
    }

    public func resetCounters() async {
        for worker in workers { try? await worker.loop.submit { worker.resetCounters() }.get() }
    }

    public func reopenLogs() async {
        for worker in workers { try? await worker.loop.submit { worker.flushAccessLogs() }.get() }
        AccessLogFiles.shared.reopen()
    }
}

/// The version of this build.
public enum Version {
    public static let text = "0.1.0"
}

extension Snapshot {
    /// The beginnings of the names of all statistics that belong to something configured.
    var statPrefixes: Set<String> {
        var prefixes = Set(clusters.map { $0.stats.prefix })
        for listener in listeners {
            prefixes.insert(listener.stats.prefix)
            switch listener.kind {
            case .http(let settings):
                prefixes.insert(settings.stats.prefix)
                prefixes.formUnion(settings.manager.filterStatPrefixes)
                prefixes.formUnion(settings.routes.filterStatPrefixes)
            case .tcp(let settings): prefixes.insert(settings.stats.prefix)
            case .none: break
            }
        }
        return prefixes
    }
}

extension ClusterReading {
    init(_ compiled: CompiledCluster) {
        let cluster = compiled.cluster
        self.init(
            name: cluster.name, statName: cluster.altStatName.isEmpty ? nil : cluster.altStatName,
            defaultThresholds: compiled.breakers.standard.thresholds, highThresholds: compiled.breakers.high.thresholds)
        endpoints = compiled.endpoints.map { EndpointReading($0, compiled.outliers?.monitor(of: $0)) }
        isDynamic = cluster.type.isDynamic
        outliers = compiled.outliers?.summary
        membershipChanges = compiled.membership.changes.load(ordering: .relaxed)
        updateAttempts = compiled.membership.attempts.load(ordering: .relaxed)
        updateSuccesses = compiled.membership.successes.load(ordering: .relaxed)
        updateFailures = compiled.membership.failures.load(ordering: .relaxed)
        updatesWithoutChange = compiled.membership.unchanged.load(ordering: .relaxed)
        defaultLoad = BreakerLoad(compiled.breakers.standard)
        highLoad = BreakerLoad(compiled.breakers.high)
    }

    /// Adds what one worker counts of the same endpoints.
    mutating func add(_ own: [EndpointReading]) {
        for reading in own {
            guard let index = endpoints.firstIndex(where: { $0.address == reading.address }) else { continue }
            endpoints[index].cxActive += reading.cxActive
            endpoints[index].cxConnectFail += reading.cxConnectFail
            endpoints[index].cxTotal += reading.cxTotal
            endpoints[index].rqPendingActive += reading.rqPendingActive
            endpoints[index].rqActive += reading.rqActive
            endpoints[index].rqError += reading.rqError
            endpoints[index].rqSuccess += reading.rqSuccess
            endpoints[index].rqTimeout += reading.rqTimeout
            endpoints[index].rqTotal += reading.rqTotal
        }
    }
}

extension BreakerLoad {
    init(_ breakers: PriorityBreakers) {
        self.init()
        connections = breakers.connections.load(ordering: .relaxed)
        pending = breakers.pending.load(ordering: .relaxed)
        requests = breakers.requests.load(ordering: .relaxed)
        retries = breakers.retries.load(ordering: .relaxed)
        if breakers.thresholds.retryBudget != nil { retryLimit = UInt32(clamping: breakers.maxRetries) }
    }
}

extension EndpointReading {
    init(_ endpoint: ResolvedEndpoint, _ monitor: OutlierMonitor?) {
        let address: Address
        if let path = endpoint.address.pathname {
            address = .pipe(path: path, mode: 0)
        } else {
            address = .socket(
                host: endpoint.address.ipAddress ?? "", port: UInt16(clamping: endpoint.address.port ?? 0))
        }
        self.init(address: address)
        hostname = endpoint.hostname
        locality = endpoint.locality
        weight = endpoint.weight
        priority = endpoint.priority
        configuredHealth = endpoint.health
        guard let monitor else { return }
        failedOutlierCheck = monitor.isEjected
        (successRate, localOriginSuccessRate) = monitor.successRates
    }

    init(_ host: UpstreamHost) {
        self.init(host.endpoint, host.monitor)
        cxActive = host.activeConnections
        cxConnectFail = host.failedConnections
        cxTotal = host.totalConnections
        rqActive = host.activeRequests
        rqPendingActive = host.waiting.count
        rqError = host.failedRequests
        rqSuccess = host.successfulRequests
        rqTimeout = host.timedOutRequests
        rqTotal = host.totalRequests
    }
}
