/// The endpoints of one port of a service, with the labels that subsets look at.
struct ServiceEndpoints {
    struct Member {
        var endpoint: Endpoint
        var labels: [String: String]
    }

    private(set) var members: [Member] = []
    /// Some are names and must be resolved.
    private(set) var hasNames = false

    init(of service: RegisteredService, port: ServicePort, workloads: Workloads) {
        switch service.rule.spec {
        case .service(let own):
            for workload in workloads.selected(by: own.selector, in: service.namespace) {
                guard let number = Self.port(of: workload.entry, service: port) else { continue }
                add(workload.entry, port: number, labels: workload.labels, rule: workload.rule)
            }
        case .serviceEntry(let entry): add(entry, service, port, workloads)
        default: break
        }
    }

    private mutating func add(
        _ entry: ServiceEntry, _ service: RegisteredService, _ port: ServicePort, _ workloads: Workloads
    ) {
        guard entry.resolution != .none, entry.resolution != .dynamicDNS else { return }
        if let selector = entry.workloadSelector, !selector.isEmpty {
            for workload in workloads.selected(by: selector, in: service.namespace) {
                add(
                    workload.entry, port: workload.entry.ports[port.name] ?? port.targetNumber,
                    labels: workload.labels, rule: workload.rule)
            }
        } else if entry.endpoints.isEmpty, entry.resolution != .static {
            var own = WorkloadEntry()
            own.address = service.host
            add(own, port: port.targetNumber, labels: [:], rule: nil)
        } else {
            for endpoint in entry.endpoints {
                add(endpoint, port: endpoint.ports[port.name] ?? port.targetNumber, labels: endpoint.labels, rule: nil)
            }
        }
    }

    /// nil: this workload does not have the port.
    private static func port(of entry: WorkloadEntry, service port: ServicePort) -> UInt32? {
        switch port.target {
        case .name(let name): entry.ports[name]
        case .number(let number): entry.ports[port.name] ?? number
        case nil: entry.ports[port.name] ?? port.number
        }
    }

    private mutating func add(_ entry: WorkloadEntry, port: UInt32, labels: [String: String], rule: Rule?) {
        guard !entry.address.isEmpty else { return }
        let address: Address
        if entry.address.hasPrefix("unix://") {
            address = .pipe(path: String(entry.address.dropFirst("unix://".utf8.count)), mode: 0)
        } else {
            guard let number = UInt16(exactly: port), number > 0 else { return }
            address = .socket(host: entry.address, port: number)
            if IPText.family(of: entry.address) == nil { hasNames = true }
        }
        let places = entry.locality.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        members.append(
            Member(
                endpoint: Endpoint(
                    address: address, loadBalancingWeight: max(entry.weight, 1),
                    locality: Locality(
                        region: places.first ?? "", zone: places.count > 1 ? places[1] : "",
                        subZone: places.count > 2 ? places[2] : ""),
                    metadata: .workload(labels: labels, rule: rule)),
                labels: labels))
    }
}

extension ServicePort {
    /// The port of endpoints that say nothing themselves.
    var targetNumber: UInt32 {
        if case .number(let number) = target { number } else { number }
    }
}

extension Metadata {
    /// What statistics tell of a workload: `name;namespace;canonical name;canonical revision;cluster`, and its labels.
    static func workload(labels: [String: String], rule: Rule?) -> Metadata {
        let name = rule?.name.name ?? ""
        let canonical =
            labels["service.istio.io/canonical-name"] ?? labels["app.kubernetes.io/name"] ?? labels["app"] ?? name
        let revision =
            labels["service.istio.io/canonical-revision"] ?? labels["app.kubernetes.io/version"] ?? labels["version"]
            ?? "latest"
        guard rule != nil || !labels.isEmpty else { return Metadata() }
        var members = [
            ConfigMember(
                name: "workload", value: .string("\(name);\(rule?.name.namespace ?? "");\(canonical);\(revision);"))
        ]
        for label in ["app", "version"] {
            if let value = labels[label] { members.append(ConfigMember(name: label, value: .string(value))) }
        }
        return Metadata(filterMetadata: ["istio": .object(members)])
    }
}
