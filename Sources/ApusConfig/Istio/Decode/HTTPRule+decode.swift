extension HTTPRule {
    static func decode(_ field: Field, isDelegate: Bool = false) -> HTTPRule? {
        field.message("networking.istio.io.HTTPRoute") { message in
            var rule = HTTPRule()
            rule.source = message.source
            rule.name = message.string("name")
            rule.match = message.each("match", HTTPMatch.decode)
            let route = message["route"]
            rule.route = route.map(HTTPDestination.decode) ?? []
            rule.redirect = message["redirect"].flatMap { HTTPRedirect.decode($0, matches: rule.match) }
            rule.directResponse = message["direct_response"].flatMap(HTTPDirectResponse.decode)
            let delegate = message["delegate"]
            rule.delegate = delegate.flatMap(RuleDelegate.decode)
            rule.rewrite = message["rewrite"].flatMap(HTTPRewrite.decode)
            rule.timeout = message["timeout"]?.ruleDuration()
            rule.retries = message["retries"].flatMap(HTTPRetry.decode)
            rule.fault = message["fault"].flatMap(HTTPFaultInjection.decode)
            rule.mirrors = HTTPMirror.decode(message)
            rule.corsPolicy = message["cors_policy"].flatMap(IstioCORSPolicy.decode)
            let headers = message["headers"]
            rule.headers = headers.flatMap(HeaderOperations.decode) ?? HeaderOperations()
            if let headers { rule.headers.checkAuthority(rewrite: rule.rewrite, at: headers) }
            if isDelegate { delegate?.report(.delegateInDelegate) }
            checkActions(message)
            return rule
        }
    }

    private static func checkActions(_ message: Message) {
        let field = message.field
        let hasRoute = message.has("route") && field.member("route")?.isEmptyList == false
        if message.has("delegate") {
            if hasRoute { field.report(.rootWith("route")) }
            if message.has("redirect") { field.report(.rootWith("redirect")) }
            return
        }
        // What answers without a destination leaves nothing else to do.
        for action in ["redirect", "direct_response"] where message.has(action) {
            if hasRoute { field.report(.both("route", action)) }
            for other in ["fault", "rewrite"] where message.has(other) { field.report(.both(other, action)) }
        }
        if message.has("redirect"), message.has("direct_response") {
            field.report(.both("direct_response", "redirect"))
        }
        if !hasRoute, !message.has("redirect"), !message.has("direct_response") { field.report(.noAction) }
    }
}

extension HTTPDestination {
    /// The destinations of a rule, whose weights are shares of their sum.
    static func decode(_ list: Field) -> [HTTPDestination] {
        let elements = list.elements
        let destinations = elements.map { field in decode(one: field) }
        check(destinations.map { $0?.weight }, at: list)
        return destinations.compactMap(\.self)
    }

    private static func decode(one field: Field) -> HTTPDestination? {
        field.message("networking.istio.io.HTTPRouteDestination") { message in
            let destination = Destination.required(message)
            let weight = message["weight"].map { Self.weight($0) } ?? 0
            let headers = message["headers"]
            let operations = headers.flatMap(HeaderOperations.decode) ?? HeaderOperations()
            if let headers { operations.checkAuthority(rewrite: nil, at: headers) }
            guard let destination, let weight else { return nil }
            var result = HTTPDestination(destination: destination, weight: weight)
            result.headers = operations
            result.source = message.source
            return result
        }
    }

    static func weight(_ field: Field) -> UInt32? {
        guard let weight = field.integer(Int32.self) else { return nil }
        guard weight >= 0 else {
            field.report(.negativeWeight(weight))
            return nil
        }
        return UInt32(weight)
    }

    /// Weights that were wrong are not summed up: they have been reported.
    static func check(_ weights: [UInt32?], at list: Field) {
        let known = weights.compactMap(\.self)
        guard weights.count > 1, known.count == weights.count else { return }
        let total = known.reduce(UInt64(0)) { $0 + UInt64($1) }
        if total == 0 { list.report(.totalWeightZero) }
        if total > UInt64(UInt32.max) { list.report(.weightsTooLarge) }
    }
}

extension Destination {
    /// The `destination` that a message must have.
    @discardableResult
    static func required(_ message: Message) -> Destination? {
        guard let field = message["destination"] else {
            message.field.report(.noDestination)
            return nil
        }
        return decode(field)
    }

    static func decode(_ field: Field) -> Destination? {
        field.message("networking.istio.io.Destination") { message in
            let host = message.required("host").flatMap(readHost)
            let subset = message["subset"]
            let name = subset?.string() ?? ""
            if let subset, !name.isEmpty, !NameText.isLabel(name) { subset.report(.badSubset(name)) }
            let port = message["port"].flatMap(readPort)
            guard let host else { return nil }
            var destination = Destination(host: host, subset: name, port: port)
            destination.source = message.source
            return destination
        }
    }

    private static func readHost(_ field: Field) -> String? {
        guard let host = field.string() else { return nil }
        if host == "*" {
            field.report(.destinationIsEverything)
        } else if let problem = NameText.problem(ofHost: host, wildcard: true), !AddressText.isIP(host) {
            field.report(problem)
        }
        return host
    }

    /// `PortSelector`.
    private static func readPort(_ field: Field) -> UInt32? {
        field.message("networking.istio.io.PortSelector") { message in message.required("number")?.portNumber() }
    }
}

extension RuleDelegate {
    static func decode(_ field: Field) -> RuleDelegate? {
        field.message("networking.istio.io.Delegate") { message in
            let name = message["name"]
            var delegate = RuleDelegate(name: name?.string() ?? "")
            if delegate.name.isEmpty { (name ?? field).report(.noDelegateName) }
            let namespace = message["namespace"]
            delegate.namespace = namespace?.string() ?? ""
            if !delegate.namespace.isEmpty, !NameText.isLabel(delegate.namespace) {
                namespace?.report(.badNamespace(delegate.namespace))
            }
            return delegate
        }
    }
}
