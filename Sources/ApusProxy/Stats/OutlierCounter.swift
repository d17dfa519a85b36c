/// Statistics of `cluster.<name>.outlier_detection.`, counted where outliers are decided about.
public enum OutlierCounter: Int, StatField {
    case ejectionsActive
    case ejectionsEnforcedTotal, ejectionsOverflow
    case ejectionsDetectedConsecutive5xx, ejectionsEnforcedConsecutive5xx
    case ejectionsDetectedConsecutiveGatewayFailure, ejectionsEnforcedConsecutiveGatewayFailure
    case ejectionsDetectedConsecutiveLocalOriginFailure, ejectionsEnforcedConsecutiveLocalOriginFailure
    case ejectionsDetectedSuccessRate, ejectionsEnforcedSuccessRate
    case ejectionsDetectedLocalOriginSuccessRate, ejectionsEnforcedLocalOriginSuccessRate
    case ejectionsDetectedFailurePercentage, ejectionsEnforcedFailurePercentage
    case ejectionsDetectedLocalOriginFailurePercentage, ejectionsEnforcedLocalOriginFailurePercentage
    case ejectionsDetectedDegradation
    // Names of older Envoys, which dashboards still know.
    case ejectionsTotal, ejectionsConsecutive5xx, ejectionsSuccessRate

    public static let allCases: [OutlierCounter] =
        (0...ejectionsSuccessRate.rawValue).compactMap(OutlierCounter.init)

    public var kind: StatKind { self == .ejectionsActive ? .gauge : .counter }
}

extension OutlierKind {
    var detected: OutlierCounter {
        switch self {
        case .consecutive5xx: .ejectionsDetectedConsecutive5xx
        case .consecutiveGatewayFailure: .ejectionsDetectedConsecutiveGatewayFailure
        case .consecutiveLocalOriginFailure: .ejectionsDetectedConsecutiveLocalOriginFailure
        case .successRate: .ejectionsDetectedSuccessRate
        case .localOriginSuccessRate: .ejectionsDetectedLocalOriginSuccessRate
        case .failurePercentage: .ejectionsDetectedFailurePercentage
        case .localOriginFailurePercentage: .ejectionsDetectedLocalOriginFailurePercentage
        }
    }

    var enforced: OutlierCounter {
        switch self {
        case .consecutive5xx: .ejectionsEnforcedConsecutive5xx
        case .consecutiveGatewayFailure: .ejectionsEnforcedConsecutiveGatewayFailure
        case .consecutiveLocalOriginFailure: .ejectionsEnforcedConsecutiveLocalOriginFailure
        case .successRate: .ejectionsEnforcedSuccessRate
        case .localOriginSuccessRate: .ejectionsEnforcedLocalOriginSuccessRate
        case .failurePercentage: .ejectionsEnforcedFailurePercentage
        case .localOriginFailurePercentage: .ejectionsEnforcedLocalOriginFailurePercentage
        }
    }
}

extension Counters<OutlierCounter> {
    func count(_ finding: OutlierDetector.Finding) {
        add(finding.kind.detected)
        switch finding.kind {
        case .consecutive5xx: add(.ejectionsConsecutive5xx)
        case .successRate, .localOriginSuccessRate: add(.ejectionsSuccessRate)
        default: break
        }
        switch finding.verdict {
        case .overflow: return add(.ejectionsOverflow)
        case .ejected:
            add(.ejectionsEnforcedTotal)
            add(finding.kind.enforced)
        case .spared: break
        }
        if finding.kind == .consecutive5xx || finding.kind == .successRate { add(.ejectionsTotal) }
    }
}
