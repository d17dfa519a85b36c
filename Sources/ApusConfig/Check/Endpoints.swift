/// Where a cluster's endpoints are depends on how it finds them.
enum Endpoints {
    static func check(_ assignment: LoadAssignment, of type: DiscoveryType, at field: Field) {
        switch type {
        case .dynamicHost, .originalDestination: break
        case .static:
            for endpoint in assignment.endpoints {
                if case .socket(let host, _) = endpoint.address, IPText.family(of: host) == nil {
                    field.reading.report(.nameInStaticCluster(host), at: endpoint.source, path: field.path)
                }
            }
        case .strictDNS, .logicalDNS:
            for endpoint in assignment.endpoints {
                if case .pipe = endpoint.address {
                    field.reading.report(.pipeInDNSCluster, at: endpoint.source, path: field.path)
                }
            }
            if type == .logicalDNS, assignment.endpoints.count != 1 {
                field.report(.logicalDNSNeedsOneEndpoint(assignment.endpoints.count))
            }
        }
    }
}
