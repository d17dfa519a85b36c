extension HTTPRule {
    static func decode(_ field: Field) -> HTTPRule? {
        field.message("networking.istio.io.HTTPRoute") { message in
            var rule = HTTPRule()
            rule.source = message.source
            rule.name = message.string("name")
            rule.match = message.each("match", HTTPMatch.decode)
            let route = message["route"]
            rule.route = route.map { HTTPDestination.decodeAll($0, headers: true) } ?? []
            let redirect = message["redirect"]
            rule.redirect = redirect.flatMap { HTTPRedirect.decode($0, matches: rule.match) }
            let direct = message["direct_response"]
            rule.directResponse = direct.flatMap(HTTPDirectResponse.decode)
            let delegate = message["delegate"]
            rule.delegate = delegate.flatMap(RuleDelegate.decode)
            let rewrite = message["rewrite"]
            rule.rewrite = rewrite.flatMap(HTTPRewrite.decode)
            rule.timeout = message["timeout"]?.ruleDuration()
            rule.retries = message["retries"].flatMap(HTTPRetry.decode)
            let fault = message["fault"]
            rule.fault = fault.flatMap(HTTPFaultInjection.decode)
            rule.mirrors = HTTPMirror.decodeAll(message)
            rule.corsPolicy = message["cors_policy"].flatMap(IstioCORSPolicy.decode)
            let headers = message["headers"]
            rule.headers = headers.flatMap(HeaderOperations.decode) ?? HeaderOperations()

            let hasRoute = route.map { !$0.isEmptyList } ?? false
            if delegate != nil {
                if hasRoute { field.report(.delegateAndRoute("route")) }
                if redirect != nil { field.report(.delegateAndRoute("redirect")) }
            } else if !hasRoute, redirect == nil, direct == nil {
                field.report(.noAction)
            }
            if hasRoute, redirect != nil { field.report(.both("route", "redirect")) }
            if fault != nil, redirect != nil { field.report(.both("redirect", "fault")) }
            if rewrite != nil, redirect != nil { field.report(.both("redirect", "rewrite")) }
            if direct != nil {
                if hasRoute { field.report(.both("route", "direct_response")) }
                if redirect != nil { field.report(.both("redirect", "direct_response")) }
                if fault != nil { field.report(.both("direct_response", "fault")) }
                if rewrite != nil { field.report(.both("direct_response", "rewrite")) }
            }
            let operations = rule.headers.request
            let setters =
                (rule.rewrite?.authority.isEmpty == false ? 1 : 0)
                + (operations.set + operations.add).filter { $0.name == ":authority" }.count
            if setters > 1 { (headers ?? field).report(.authorityTwice) }
            return rule
        }
    }
}

extension HTTPDestination {
    /// The shares of a rule. `headers`: HTTP's, which may change them.
    static func decodeAll(_ list: Field, headers: Bool) -> [HTTPDestination] {
        let shares = list.elements.compactMap { decode($0, headers: headers) }
        if shares.count > 1, shares.allSatisfy({ $0.weight == 0 }), !list.reading.hasErrors {
            list.report(.allWeightsZero)
        }
        return shares
    }

    private static func decode(_ field: Field, headers: Bool) -> HTTPDestination? {
        field.message("networking.istio.io.HTTPRouteDestination") { message in
            let destination = message.required("destination").flatMap(Destination.decode)
            var weight: UInt32 = 0
            if let given = message["weight"], let number = given.integer(Int64.self) {
                if number < 0 {
                    given.report(.negativeWeight(number))
                } else {
                    weight = given.integer(UInt32.self, in: 0...UInt32(Int32.max)) ?? 0
                }
            }
            let operations = headers ? message["headers"].flatMap(HeaderOperations.decode) : nil
            guard let destination else { return nil }
            var share = HTTPDestination(destination: destination, weight: weight)
            share.headers = operations ?? HeaderOperations()
            share.source = message.source
            return share
        }
    }
}

extension Destination {
    static func decode(_ field: Field) -> Destination? {
        field.message("networking.istio.io.Destination") { message in
            guard let host = message.required("host") else { return nil }
            let name: String?
            if host.text == "*" {
                host.report(.wildcardDestination)
                name = nil
            } else {
                name = host.host(wildcard: true)
            }
            var destination = Destination(host: name ?? "")
            destination.source = message.source
            if let subset = message["subset"] {
                destination.subset = subset.string() ?? ""
                if !destination.subset.isEmpty, !NameText.isLabel(destination.subset) {
                    subset.report(.badSubset(destination.subset))
                }
            }
            destination.port = message["port"]?.message("networking.istio.io.PortSelector") { port in
                port.required("number")?.portNumber()
            }
            return destination
        }
    }
}

extension RuleDelegate {
    static func decode(_ field: Field) -> RuleDelegate? {
        field.message("networking.istio.io.Delegate") { message in
            guard let name = message.name("name") else { return nil }
            var delegate = RuleDelegate(name: name)
            delegate.namespace = message.string("namespace")
            return delegate
        }
    }
}

extension HTTPMirror {
    /// `mirror` with its percentage, or `mirrors`.
    static func decodeAll(_ message: Message) -> [HTTPMirror] {
        let one = message["mirror"]
        let many = message["mirrors"]
        // The newer name counts, even when it says 0.
        var share = Percentage.all
        if let field = message["mirror_percent"] {
            field.warn(.outdated("mirrorPercent", instead: "mirrorPercentage"))
            if let percent = field.integer(Int64.self) {
                if !(0...100).contains(percent) { field.report(.percentAbove(percent)) }
                share = Percentage(percent: Double(percent))
            }
        }
        if let field = message["mirror_percentage"] { share = Percentage.decode(field, isMirror: true) ?? share }
        if let many, one != nil { many.report(.mirrorAndMirrors) }
        var mirrors: [HTTPMirror] = []
        if let one, let destination = Destination.decode(one) {
            var mirror = HTTPMirror(destination: destination, percentage: share)
            mirror.source = one.source
            mirrors.append(mirror)
        }
        mirrors += many?.elements.compactMap { decode($0) } ?? []
        return mirrors
    }

    private static func decode(_ field: Field) -> HTTPMirror? {
        field.message("networking.istio.io.HTTPMirrorPolicy") { message in
            let destination = message.required("destination").flatMap(Destination.decode)
            let share = message["percentage"].flatMap { Percentage.decode($0, isMirror: true) } ?? .all
            guard let destination else { return nil }
            var mirror = HTTPMirror(destination: destination, percentage: share)
            mirror.source = message.source
            return mirror
        }
    }
}

extension Percentage {
    /// `Percent`. That of a mirror may be as small as it likes.
    static func decode(_ field: Field, isMirror: Bool = false) -> Percentage? {
        field.message("networking.istio.io.Percent") { message in
            guard let value = message["value"] else { return .zero }
            guard let percent = value.double() else { return nil }
            let least = isMirror ? 0 : 0.0001
            if percent != 0, !(percent >= least && percent <= 100) { value.report(.badPercentage(percent)) }
            return Percentage(percent: percent)
        }
    }
}
