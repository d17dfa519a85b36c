/// Services of which each host is one service.
struct ServiceIndex {
    private(set) var services: [RegisteredService] = []
    /// By host in lower case.
    private(set) var byHost: [String: RegisteredService] = [:]

    init() {}

    /// The oldest first. A host belongs to the oldest service that has it, but nobody takes a Kubernetes Service's host
    /// by being there before it.
    init(_ candidates: [RegisteredService]) {
        let owned = Set(candidates.lazy.filter(\.isKubernetes).map(\.key))
        services.reserveCapacity(candidates.count)
        byHost.reserveCapacity(candidates.count)
        for service in candidates where service.isKubernetes || !owned.contains(service.key) { insert(service) }
    }

    /// Adds a service, or what it says beyond an older one of its host.
    mutating func insert(_ service: RegisteredService) {
        guard let older = byHost[service.key] else {
            byHost[service.key] = service
            services.append(service)
            return
        }
        if older.isSame(as: service) { older.extend(by: service) }
    }
}
