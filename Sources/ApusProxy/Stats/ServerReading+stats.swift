extension ServerReading {
    func statReadings(clusters: Int, listeners: Int) -> [StatReading] {
        let memory = MemoryReading.now()
        let gauges: [(String, Int)] = [
            ("cluster_manager.active_clusters", clusters), ("cluster_manager.warming_clusters", 0),
            ("listener_manager.total_listeners_active", state == .draining ? 0 : listeners),
            ("listener_manager.total_listeners_draining", state == .draining ? listeners : 0),
            ("listener_manager.total_listeners_warming", 0), ("listener_manager.workers_started", 1),
            ("server.concurrency", concurrency), ("server.live", state == .live ? 1 : 0),
            ("server.memory_allocated", memory.allocated), ("server.memory_heap_size", memory.heapSize),
            ("server.memory_physical_size", memory.physical), ("server.state", stateNumber),
            ("server.total_connections", totalConnections), ("server.uptime", uptime),
        ]
        let counters: [(String, Int)] = [
            ("cluster_manager.cluster_added", clusters), ("listener_manager.listener_added", listeners),
            ("server.reload_success", reloads), ("server.reload_failure", reloadFailures),
        ]
        return (gauges + self.gauges.map { ($0.key, $0.value) }).map { StatReading(name: $0.0, gauge: $0.1) }
            + counters.map { StatReading(name: $0.0, counter: $0.1) }
    }

    private var stateNumber: Int {
        switch state {
        case .live: 0
        case .draining: 1
        case .preInitializing: 2
        case .initializing: 3
        }
    }
}
