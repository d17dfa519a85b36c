/// The prose of all errors: a fact and, where there is one, a way out.
extension ConfigurationError {
    var message: String {
        switch self {
        case .syntax, .emptyFile, .fileTooLarge, .tooDeep, .tooManyValues, .keyIsNotAName,
            .mergeKey, .noMapping, .severalDocuments, .duplicateKey:
            textMessage
        case .wrongType, .emptyValue, .emptyList, .tooFew, .tooMany, .badNumber, .badDuration, .durationTooShort,
            .durationTooLong, .badBase64, .mustBeTrue, .unknownChoice, .unsupportedValue:
            valueMessage
        case .unknownField, .unsupportedField, .notYetSupportedField, .notYetSupported, .missingField, .missingOneOf,
            .conflicting, .onlyWith, .moved, .missingType, .badTypeURL, .unknownType, .unsupportedType, .unreadableFile,
            .unsetVariable, .scriptIsNotText:
            fieldMessage
        case .unknownFilter, .filterNeedsSettings, .notForRoutes, .noFilters, .routerNotLast, .lastFilterIsNoRouter,
            .duplicateFilter, .routerDisabled, .filterBehindTheLast:
            filterMessage
        case .unknownCluster, .duplicateCluster, .duplicateAddress, .duplicateDomain,
            .sameFilterChainMatch, .noDomains:
            nameMessage
        case .badRegex, .badRewrite, .ignoreCaseOfRegex, .notASeparatedPrefix, .noWeight, .duplicateUpgrade,
            .tooMuchWeight,
            .bodyTooLarge, .maximumBelowBase:
            routeMessage
        case .immutableHeader, .badHeaderName, .badHeaderValue, .badHeaderText, .badTarget, .badFormat:
            headerMessage
        case .notAnIPAddress, .nameInStaticCluster, .pipeInDNSCluster, .logicalDNSNeedsOneEndpoint,
            .ringSizesCrossed, .notAPrime, .ejectionTimesCrossed:
            clusterMessage
        }
    }

    private var textMessage: String {
        switch self {
        case .syntax(let problem): "this is not YAML: \(problem)"
        case .emptyFile: "the file is empty; a bootstrap has at least static_resources"
        case .fileTooLarge(let limit): "the file has more than \(limit >> 20) MiB"
        case .tooDeep(let limit): "lists and mappings are nested more than \(limit) deep"
        case .tooManyValues(let limit):
            "with its aliases expanded the file has more than \(limit) values; write fewer aliases of aliases"
        case .keyIsNotAName: "a list or mapping cannot be a field's name"
        case .mergeKey:
            "merge keys ('<<') are not read, as in Envoy; write the fields out, or use an alias for the whole mapping"
        case .noMapping: "'<<' takes a mapping, or a list of mappings"
        case .severalDocuments: "a second document begins here; a configuration is one document"
        case .duplicateKey(let name): "duplicate field '\(name)': it is given twice; remove one"
        default: ""
        }
    }

    private var valueMessage: String {
        switch self {
        case .wrongType(let expected, let found):
            if expected == "a string", found != "a list", found != "a mapping", found != "nothing" {
                "expected a string and found \(found); put it in quotes"
            } else {
                "expected \(expected) and found \(found)"
            }
        case .emptyValue: "this must not be empty"
        case .emptyList: "this list must not be empty"
        case .tooFew(let least): "at least \(least) are needed here"
        case .tooMany(let most): "at most \(most) may stand here"
        case .badNumber(let text, let lowest, let highest): "\(text) is not a number from \(lowest) to \(highest)"
        case .badDuration(let text, let problem):
            switch problem {
            case .noSeconds: "'\(text)' is not a duration; write seconds, as 5s or 0.25s"
            case .tooPrecise: "'\(text)' has more than nine digits after the point"
            case .negative: "'\(text)' is negative"
            case .tooLong: "'\(text)' is longer than 315576000000s"
            }
        case .durationTooShort(let text, let least): "'\(text)' is too short; the least is \(least)"
        case .durationTooLong(let text, let most): "'\(text)' is too long; give \(most)"
        case .badBase64: "this is not base64"
        case .mustBeTrue: "this may only be true; leave it out instead"
        case .unknownChoice(let text, let options, let nearest):
            options.count > 12
                ? "'\(text)' is not known here\(Self.suggest(nearest))"
                : "'\(text)' is not one of \(options.joined(separator: ", "))\(Self.suggest(nearest))"
        case .unsupportedValue(let name): "\(name) is not supported by Apus"
        default: ""
        }
    }

    private var fieldMessage: String {
        switch self {
        case .unknownField(let name, let nearest): "unknown field '\(name)'\(Self.suggest(nearest))"
        case .unsupportedField(let name): "the field '\(name)' is not supported by Apus; remove it"
        case .notYetSupportedField(let name): "the field '\(name)' is not supported yet; remove it"
        case .notYetSupported(let what): "\(what) is not supported yet"
        case .missingField(let name): "'\(name)' is missing"
        case .missingOneOf(let names): "one of \(names.joined(separator: ", ")) is missing"
        case .conflicting(let names): "only one of \(names.joined(separator: ", ")) may be given"
        case .onlyWith(let other): "this has a meaning only with \(other)"
        case .moved(let name, let place): "'\(name)' is not supported by Apus here; put it in \(place)"
        case .missingType: "'@type' is missing; it says what these settings are"
        case .badTypeURL(let url): "'\(url)' has no host; write type.googleapis.com/\(url)"
        case .unknownType(let type, let what, let nearest): "'\(type)' is no \(what)\(Self.suggest(nearest))"
        case .unsupportedType(let type, let what): "the \(what) \(type) is not supported by Apus"
        case .unreadableFile(let path, let reason): "cannot read '\(path)': \(reason)"
        case .unsetVariable(let name): "the environment variable '\(name)' is not set; set it before Apus starts"
        case .scriptIsNotText: "this script is not UTF-8; save its source as UTF-8 (compiled Lua is not read)"
        default: ""
        }
    }

    private var filterMessage: String {
        switch self {
        case .unknownFilter(let name, let nearest):
            nearest == nil
                ? "no filter is named '\(name)'; one that goes by another name needs a typed_config"
                : "no filter is named '\(name)'\(Self.suggest(nearest))"
        case .filterNeedsSettings(let name, let type):
            "the filter '\(name)' needs settings; give it a typed_config of type.googleapis.com/\(type)"
        case .notForRoutes(let type, let instead):
            if let instead {
                "\(type) belongs in http_filters; routes take \(instead)"
            } else {
                "\(type) cannot be set for a route; only its switch can, in envoy.config.route.v3.FilterConfig"
            }
        case .noFilters: "no HTTP filters are given; at least add envoy.filters.http.router"
        case .routerNotLast: "the router must be the last filter; move it to the end"
        case .lastFilterIsNoRouter(let name):
            "the last filter is '\(name)', which answers nothing; add envoy.filters.http.router behind it"
        case .filterBehindTheLast: "this filter keeps the connection, so nothing may stand behind it; remove one"
        case .routerDisabled: "the router cannot be disabled, for nothing else would answer"
        case .duplicateFilter(let name): "'\(name)' is given twice; remove one"
        default: ""
        }
    }

    private var nameMessage: String {
        switch self {
        case .unknownCluster(let name, let from, let nearest):
            "\(from) to cluster '\(name)', which is not defined\(Self.suggest(nearest))"
        case .duplicateCluster(let name, let first): "the cluster '\(name)' is defined already at line \(first.line)"
        case .duplicateAddress(let address, let name, let mark):
            name.isEmpty
                ? "another listener has the address \(address) already, at line \(mark.line)"
                : "the listener '\(name)' has the address \(address) already, at line \(mark.line)"
        case .duplicateDomain(let domain, let owner, let mark):
            "the domain '\(domain)' belongs to the virtual host '\(owner)' already, at line \(mark.line)"
        case .sameFilterChainMatch(let first):
            "the filter chain at line \(first.line) matches the same connections; change one filter_chain_match"
        case .noDomains(let name): "the virtual host '\(name)' has no domains; use \"*\" for all"
        default: ""
        }
    }

    private var routeMessage: String {
        switch self {
        case .badRegex(let pattern, let reason): "'\(pattern)' is not a regular expression: \(reason)"
        case .badRewrite(let text, let reason): "'\(text)' is not a substitution for this pattern: \(reason)"
        case .ignoreCaseOfRegex: "ignore_case has no effect on a regular expression; begin it with (?i)"
        case .notASeparatedPrefix(let text):
            "'\(text)' must not end with / and must have no ? or #"
        case .noWeight: "all weights are 0; give at least one cluster a weight"
        case .duplicateUpgrade(let name): "the upgrade '\(name)' is given twice; remove one"
        case .tooMuchWeight(let total): "the weights add up to \(total), which is more than 4294967295"
        case .bodyTooLarge(let size, let limit):
            "the body has \(size) bytes and the limit is \(limit); raise max_direct_response_body_size_bytes"
        case .maximumBelowBase: "max_interval is below base_interval"
        default: ""
        }
    }

    private var headerMessage: String {
        switch self {
        case .immutableHeader(let name):
            name.lowercased() == "host"
                ? "'\(name)' cannot be changed here; use host_rewrite_literal"
                : "'\(name)' cannot be changed here; names that begin with : are the request's own"
        case .badHeaderName(let name): "'\(name)' is not a header's name"
        case .badHeaderValue: "a header's value cannot hold line breaks or NUL"
        case .badHeaderText: "a header's value cannot hold control characters"
        case .badTarget:
            "blanks, line ends and control characters cannot stand here: they would end the path or the host"
        case .badFormat(let problem): problem.message
        default: ""
        }
    }

    private var clusterMessage: String {
        switch self {
        case .notAnIPAddress(let text): "'\(text)' is not an IP address"
        case .nameInStaticCluster(let host):
            "'\(host)' is not an IP address; a STATIC cluster looks up no names, use STRICT_DNS or LOGICAL_DNS"
        case .pipeInDNSCluster: "a Unix socket has no name to look up; use a STATIC cluster"
        case .logicalDNSNeedsOneEndpoint(let count):
            "a LOGICAL_DNS cluster has one endpoint, and this one has \(count); use STRICT_DNS for several"
        case .ringSizesCrossed: "minimum_ring_size is above maximum_ring_size"
        case .notAPrime(let number): "\(number) is not a prime number; 65537 is one"
        case .ejectionTimesCrossed: "max_ejection_time is below base_ejection_time"
        default: ""
        }
    }

    private static func suggest(_ name: String?) -> String {
        name.map { "; did you mean '\($0)'?" } ?? ""
    }
}
