/// What can be wrong with a DestinationRule.
enum PolicyError: Equatable {
    case emptyPolicy
    case emptyPortPolicy
    case emptyPool
    case duplicateSubset(String)
    case emptySubsetName
    case badSubsetName(String)
    case upgradeOfClientProtocol
    case localOriginWithoutSplit(UInt32)
    case badStatusCode(UInt32)
    case ringSizeTwice
    case ringTooLarge(UInt64)
    case tableSizeMissing
    case tableTooLarge(UInt64)
    case tableSizeNotPrime(UInt64)
    case emptyHashKey(String)
    case duplicateAttribute(String)
    case aggressionNotPositive(Double)
    case bothLocalitySettings
    case distributeAndFailover
    case failoverAndTopology(String)
    case topologyLabel(String)
    case localityWeights(UInt64)
    case badLocality(String)
    case localityOverlap(String)
    case failoverToItself(String)
    case failoverNoRegion(String)
    case skipVerifyWith(String)
    case credentialWith(String)
    case mutualNeeds(String)
    case selectorExportsBeyond

    var message: String {
        switch self {
        case .emptyPolicy: "a traffic policy must have at least one field"
        case .emptyPortPolicy: "a port's traffic policy must have at least one field besides port"
        case .emptyPool: "a connection pool must have at least one field: tcp or http"
        case .duplicateSubset(let name): "duplicate subset name '\(name)'"
        case .emptySubsetName: "a subset's name cannot be empty"
        case .badSubsetName(let name):
            "the subset name '\(name)' is invalid: a name has letters, digits and hyphens within, at most 63"
        case .upgradeOfClientProtocol: "useClientProtocol must not be true when h2UpgradePolicy is UPGRADE"
        case .localOriginWithoutSplit(let count):
            "consecutiveLocalOriginFailures is \(count), which needs splitExternalLocalOriginErrors: true"
        case .badStatusCode(let code): "\(code) is no HTTP status; it is a number from 100 to 599"
        case .ringSizeTwice: "only one of minimumRingSize, ringHash and maglev can be specified"
        case .ringTooLarge(let size): "\(size) is too large for a hash ring; the most is 8388608"
        case .tableSizeMissing: "tableSize must be set for maglev"
        case .tableTooLarge(let size): "tableSize \(size) must be less than 5000011 for maglev"
        case .tableSizeNotPrime(let size): "tableSize \(size) must be a prime number for maglev, such as 65537"
        case .emptyHashKey(let name): "\(name) must not be empty"
        case .duplicateAttribute(let name): "duplicate cookie attribute '\(name)'"
        case .aggressionNotPositive(let value): "aggression \(value) must be greater than 0"
        case .bothLocalitySettings: "only one of localityLbSetting and zoneAwareLbSetting can be set"
        case .distributeAndFailover: "distribute and failover cannot be given together"
        case .failoverAndTopology(let label):
            "failover cannot be given together with the topology label '\(label)' in failoverPriority"
        case .topologyLabel(let label): "failoverPriority of zoneAwareLbSetting must not have the label '\(label)'"
        case .localityWeights(let sum): "the weights of the localities are \(sum) in all; they must make 100"
        case .badLocality(let name):
            "the locality '\(name)' must be region/zone/subzone without empty parts, with one * at most, at the end"
        case .localityOverlap(let name): "the locality '\(name)' overlaps with one before it"
        case .failoverToItself(let name): "failover from '\(name)' to itself; the regions must be different"
        case .failoverNoRegion(let name): "'\(name)' must be a region alone, without / and *"
        case .skipVerifyWith(let name): "\(name) cannot be given together with insecureSkipVerify: true"
        case .credentialWith(let name): "\(name) cannot be given together with credentialName"
        case .mutualNeeds(let name): "\(name) is required for mode MUTUAL"
        case .selectorExportsBeyond:
            "a DestinationRule with a workloadSelector cannot be exported beyond its own namespace; give . alone"
        }
    }
}

/// What is odd about a DestinationRule.
enum PolicyWarning: Equatable {
    case deprecated(String, instead: String)
    case consecutiveErrors
    case failoverWithoutOutlierDetection
    case noEffect(String)
    case noHashKey
    case duplicatePort(UInt32)
    case noMeshIdentity
    case unusedTLS(String)
    case warmupOfOtherPolicy

    var message: String {
        switch self {
        case .deprecated(let name, let instead): "'\(name)' is deprecated; use \(instead)"
        case .consecutiveErrors:
            "outlier detection's consecutive errors ('consecutiveErrors') are deprecated; they count as "
                + "consecutiveGatewayErrors; use that or consecutive5xxErrors"
        case .failoverWithoutOutlierDetection:
            "outlierDetection must be given for failover to have an effect"
        case .noEffect(let name): "'\(name)' has no effect in Apus"
        case .noHashKey:
            "consistentHash names nothing to hash (httpHeaderName, httpCookie, useSourceIp or httpQueryParameterName), "
                + "so endpoints are chosen at random"
        case .duplicatePort(let port): "port \(port) has settings already; these have no effect"
        case .noMeshIdentity:
            "Apus has no mesh identity for ISTIO_MUTUAL: requests are answered with 503 rather than sent unencrypted"
        case .unusedTLS(let name): "'\(name)' has no effect with mode DISABLE"
        case .warmupOfOtherPolicy: "warmup has an effect only with ROUND_ROBIN and LEAST_REQUEST"
        }
    }
}
