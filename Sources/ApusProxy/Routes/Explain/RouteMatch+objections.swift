import ApusConfig

extension RouteMatch {
    /// Everything in which a request does not do what this match asks, in words; empty when it matches.
    func objections(to head: Head, ignoringParameters: Bool) -> [String] {
        var objections: [String] = []
        if let path = pathObjection(to: head, ignoringParameters) { objections.append(path) }
        if grpc, !head.isGRPC { objections.append("it is not gRPC") }
        if let fraction = runtimeFraction?.defaultValue, fraction.numerator == 0 {
            objections.append("it takes 0 % of requests")
        }
        objections += headers.compactMap { $0.objection(to: head) }
        objections += queryParameters.compactMap { $0.objection(to: head) }
        return objections
    }

    private func pathObjection(to head: Head, _ ignoringParameters: Bool) -> String? {
        let pattern: PathIndex.Pattern
        let demand: String
        switch path {
        case .prefix(let text): (pattern, demand) = (.prefix(Array(text.utf8)), "does not begin with \(text)")
        case .path(let text): (pattern, demand) = (.exact(Array(text.utf8)), "is not \(text)")
        case .pathSeparatedPrefix(let text):
            (pattern, demand) = (.separatedPrefix(Array(text.utf8)), "is neither \(text) nor below it")
        case .safeRegex(let regex):
            guard let compiled = try? CompiledRegex(regex.regex) else { return "its regular expression is none" }
            (pattern, demand) = (.regex(compiled), "does not match \(regex.regex)")
        case .connect: return head.method.equals("CONNECT") ? nil : "it is not CONNECT"
        }
        let index = PathIndex([(pattern, ignoresCase: !caseSensitive)])
        var path = Array(head.path.barePath)
        if ignoringParameters { path = path.withUnsafeBufferPointer(\.withoutParameters) }
        let matches = path.withUnsafeBufferPointer { index.first($0) { _ in true } != nil }
        return matches ? nil : "the path \(String(decoding: path, as: UTF8.self)) \(demand)"
    }
}

extension HeaderMatcher {
    func objection(to head: Head) -> String? {
        guard let compiled = try? CompiledHeaderMatcher(self), !compiled.matches(head) else { return nil }
        var values: [String] = []
        head.forEachValue(HeaderName(name)) { values.append($0.string) }
        let what = Self.words[name.lowercased()] ?? "header \(name)"
        let found = values.isEmpty ? "\(what) is missing" : "\(what) is \(values.joined(separator: ", "))"
        switch match {
        case .present(let wanted): return wanted != invertMatch ? found : "\(what) is there"
        case .range(let start, let end):
            return values.isEmpty ? found : "\(found), \(invertMatch ? "" : "not ")from \(start) to below \(end)"
        case .string(let text):
            if invertMatch { return values.isEmpty ? found : "\(found), which it must not be" }
            return "\(found), it \(text.pattern.demand)"
        }
    }

    private static let words = [
        ":method": "the method", ":authority": "the host", ":scheme": "the scheme", ":path": "the path",
    ]
}

extension QueryParameterMatcher {
    func objection(to head: Head) -> String? {
        guard let compiled = try? CompiledQueryMatcher(self), !compiled.matches(head.path) else { return nil }
        let value = Bytes.with(name) { head.path.queryParameter($0)?.string }
        let found = value.map { "parameter \(name) is \($0.isEmpty ? "empty" : $0)" } ?? "parameter \(name) is missing"
        switch match {
        case .present(let wanted): return wanted ? found : "parameter \(name) is there"
        case .string(let text): return "\(found), it \(text.pattern.demand)"
        }
    }
}

extension StringPattern {
    fileprivate var demand: String {
        switch self {
        case .exact(let text): "must be \(text.isEmpty ? "empty" : text)"
        case .prefix(let text): "must begin with \(text)"
        case .suffix(let text): "must end with \(text)"
        case .contains(let text): "must contain \(text)"
        case .safeRegex(let regex): "must match \(regex.regex)"
        }
    }
}
