/// What routes ask of the registry of services.
protocol ServiceDirectory: AnyObject {
    var services: [RegisteredService] { get }
    var sidecar: Sidecar? { get }
    func service(_ host: String) -> RegisteredService?
    func isReachable(host: String, namespace: String) -> Bool
    func hashPolicies(host: String, subset: String, port: UInt32) -> [HashPolicy]
    func hasSubset(_ subset: String, of host: String) -> Bool
}

extension ServiceRegistry: ServiceDirectory {}
