/// What can be wrong with a ServiceEntry or a WorkloadEntry.
enum ServiceEntryError: Equatable {
    case noHosts
    case wildcardHost
    case blocksNeedResolution(String)
    case portNameTwice(String)
    case portNumberTwice(UInt32)
    case endpointsWithoutResolution
    case endpointsAndSelector
    case endpointNoIP(String)
    case endpointNoHost(String)
    case endpointPortUnknown(String, UInt32)
    case hostsNeedFQDN(String, resolution: String)
    case tooManyEndpoints(Int)
    case severalHostsWithTCP(String)
    case dynamicHostNotWildcard(String)
    case dynamicWith(String)
    case dynamicProtocol(String)
    case addressRequired
    case unixWithPorts(String)
    case unixNeedsOnePort(Int)

    var message: String {
        switch self {
        case .noHosts: "a service entry must have at least one host"
        case .wildcardHost: "invalid host '*'; a service entry names its hosts"
        case .blocksNeedResolution(let text): "the CIDR block '\(text)' is allowed only with resolution NONE or STATIC"
        case .portNameTwice(let name): "the port name '\(name)' is already defined"
        case .portNumberTwice(let number): "the port \(number) is already defined"
        case .endpointsWithoutResolution:
            "endpoints have no place with resolution NONE, which is the default; give resolution STATIC or DNS"
        case .endpointsAndSelector: "only one of workloadSelector and endpoints is allowed"
        case .endpointNoIP(let text):
            "the endpoint address '\(text)' is not a valid IP address, as resolution STATIC needs"
        case .endpointNoHost(let text): "the endpoint address '\(text)' is not a valid FQDN or IP address"
        case .endpointPortUnknown(let name, let number):
            "the endpoint's port '\(name)' (\(number)) is not defined by the service entry"
        case .hostsNeedFQDN(let host, let resolution):
            "the host '\(host)' must be a full name (FQDN) when there are no endpoints and resolution is \(resolution)"
        case .tooManyEndpoints(let count):
            "\(count) endpoints are too many; with resolution DNS_ROUND_ROBIN there is one at most"
        case .severalHostsWithTCP(let name):
            "several hosts cannot share the port '\(name)', which is neither HTTP nor TLS: nothing tells them apart"
        case .dynamicHostNotWildcard(let host):
            "the host '\(host)' must begin with a wildcard when resolution is DYNAMIC_DNS"
        case .dynamicWith(let name): "\(name) cannot be given when resolution is DYNAMIC_DNS"
        case .dynamicProtocol(let name):
            "only HTTP, HTTP2, GRPC and TLS ports are supported when resolution is DYNAMIC_DNS, not '\(name)'"
        case .addressRequired: "address is required, unless network is given"
        case .unixWithPorts(let address): "the unix endpoint '\(address)' must not have ports"
        case .unixNeedsOnePort(let count): "a unix endpoint needs exactly 1 port of the service entry, not \(count)"
        }
    }
}

/// What is odd about a ServiceEntry or a WorkloadEntry.
enum ServiceEntryWarning: Equatable {
    case addressUnset(network: String)
    case addressesRequired(String)
    case selectorWithoutResolution
    case severalHostsWithAddress

    var message: String {
        switch self {
        case .addressUnset(let network): "address is not set; the network '\(network)' cannot be reached from here"
        case .addressesRequired(let port):
            "[IST0134] ServiceEntry addresses are required for the protocol of port '\(port)'"
        case .selectorWithoutResolution: "workloadSelector has no effect with resolution NONE"
        case .severalHostsWithAddress: "several hosts share addresses and a TCP port; nothing tells them apart"
        }
    }
}
