/// What Envoy accepts although it is almost surely a mistake.
enum ConfigurationWarning: Equatable {
    case moreThanAlways(UInt32, of: UInt32)
    case overrideOfAbsentFilter(String, nearest: String?)
    case overrideOfOtherType(String, type: String, expected: String?)
    case sameFilterName(String)
    case unknownRetryCondition(String, nearest: String?)
    case emptyRange(start: Int64, end: Int64)
    case prefixRewriteOfRegex
    case noRules
    case settingsOfAnotherPolicy(String, policy: String)
    case oddDomain(String)
    case oddHeaderName(String)
    case noAdminLog
    case duplicateVirtualHost(String, first: SourceMark)
    case script(String, line: Int, String)
    case noSuchScript(String, filter: String, nearest: String?)

    var message: String {
        switch self {
        case .moreThanAlways(let numerator, let denominator):
            "\(numerator) of \(denominator) is more than always; it counts as always"
        case .overrideOfAbsentFilter(let name, let nearest):
            "no filter is named '\(name)' in http_filters, so this has no effect"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .overrideOfOtherType(let name, let type, let expected):
            "the filter '\(name)' does not read \(type), so this has no effect"
                + (expected.map { "; it reads \($0)" } ?? "")
        case .sameFilterName(let name):
            "two filters are named '\(name)'; routes cannot tell them apart"
        case .unknownRetryCondition(let name, let nearest):
            "'\(name)' is no condition for a retry, so it has no effect"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .emptyRange(let start, let end):
            "no number is at least \(start) and below \(end), so this never matches"
        case .prefixRewriteOfRegex:
            "prefix_rewrite replaces the whole path behind safe_regex; regex_rewrite replaces parts"
        case .noRules:
            "there are no rules, so this filter does nothing"
        case .settingsOfAnotherPolicy(let name, let policy):
            "'\(name)' has no effect with lb_policy \(policy)"
        case .noAdminLog: "Apus logs no requests to its admin port, so access_log has no effect here"
        case .oddHeaderName(let name):
            "'\(name)' cannot be a header's name, so this has no effect"
        case .oddDomain(let domain):
            "'\(domain)' matches only a host of exactly this spelling; a * stands at the beginning or at the end, or alone"
        case .duplicateVirtualHost(let name, let first):
            "the virtual host '\(name)' is defined already at line \(first.line); statistics cannot tell them apart"
        case .script(let origin, let line, let message): "\(origin):\(line): \(message)"
        case .noSuchScript(let name, let filter, let nearest):
            "the filter '\(filter)' has no '\(name)' in its source_codes, so no script runs here"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        }
    }
}
