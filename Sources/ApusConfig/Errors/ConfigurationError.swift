/// What can be wrong with a configuration. The words are in `ConfigurationError+message.swift`.
enum ConfigurationError: Equatable {
    // The text.
    case syntax(String)
    case emptyFile
    case fileTooLarge(limit: Int)
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    case keyIsNotAName
    case mergeKey
    case noMapping
    case severalDocuments
    case duplicateKey(String)

    // Values and their types.
    case wrongType(expected: String, found: String)
    case emptyValue
    case emptyList
    case tooFew(least: Int)
    case tooMany(most: Int)
    case badNumber(String, lowest: String, highest: String)
    case badDuration(String, DurationText.Problem)
    case durationTooShort(String, least: String)
    case durationTooLong(String, most: String)
    case badBase64
    case mustBeTrue
    case unknownChoice(String, options: [String], nearest: String?)
    case unsupportedValue(String)

    // Fields and types.
    case unknownField(String, nearest: String?)
    case unsupportedField(String)
    case notYetSupportedField(String)
    case notYetSupported(String)
    case missingField(String)
    case missingOneOf([String])
    case conflicting([String])
    case onlyWith(String)
    case moved(String, to: String)
    case missingType
    case badTypeURL(String)
    case unknownType(String, what: String, nearest: String?)
    case unsupportedType(String, what: String)
    case unreadableFile(String, reason: String)
    case unsetVariable(String)
    case scriptIsNotText

    // Filters.
    case unknownFilter(String, nearest: String?)
    case filterNeedsSettings(String, type: String)
    case notForRoutes(String, instead: String?)
    case noFilters
    case routerNotLast
    case lastFilterIsNoRouter(String)
    case duplicateFilter(String)
    case routerDisabled
    case filterBehindTheLast

    // Names that refer to each other.
    case unknownCluster(String, from: String, nearest: String?)
    case duplicateCluster(String, first: SourceMark)
    case duplicateAddress(String, first: String, at: SourceMark)
    case duplicateDomain(String, first: String, at: SourceMark)
    case sameFilterChainMatch(first: SourceMark)
    case noDomains(String)

    // Routes.
    case badRegex(String, reason: String)
    case badRewrite(String, reason: String)
    case ignoreCaseOfRegex
    case notASeparatedPrefix(String)
    case noWeight
    case duplicateUpgrade(String)
    case tooMuchWeight(UInt64)
    case bodyTooLarge(Int, limit: Int)
    case maximumBelowBase

    // Headers and formats.
    case immutableHeader(String)
    case badHeaderName(String)
    case badHeaderValue
    case badHeaderText
    case badTarget
    case badFormat(FormatProblem)

    // Clusters.
    case notAnIPAddress(String)
    case nameInStaticCluster(String)
    case pipeInDNSCluster
    case logicalDNSNeedsOneEndpoint(Int)
    case ringSizesCrossed
    case notAPrime(UInt64)
    case ejectionTimesCrossed
}
