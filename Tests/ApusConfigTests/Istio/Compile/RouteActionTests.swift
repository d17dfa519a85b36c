import Testing

@testable import ApusConfig

@Suite("Actions of VirtualServices")
struct RouteActionTests {
    private func header(_ name: String, _ value: String) -> HeaderOperations.Header {
        HeaderOperations.Header(name: name, value: value)
    }

    private func split(_ weights: UInt32...) -> HTTPRule {
        rule {
            $0.route = weights.enumerated().map { index, weight in
                var destination = Destination(host: "b")
                destination.subset = "v\(index + 1)"
                return HTTPDestination(destination: destination, weight: weight)
            }
        }
    }

    @Test("One destination gets everything; of several, those with a weight")
    func weights() {
        #expect(routes(split(0)).first?.printed == "prefix / -> outbound|80|v1|b.default")
        #expect(
            routes(split(2, 0, 1)).first?.printed
                == "prefix / -> 2 outbound|80|v1|b.default, 1 outbound|80|v3|b.default")
        #expect(routes(split(0, 7)).first?.printed == "prefix / -> outbound|80|v2|b.default")
    }

    @Test("The port is the destination's, else the only one of its service, else the table's")
    func ports() {
        let services = TestServices().add("b").add("one", ports: [9090]).add("two", ports: [1, 2])
            .add("alias", ports: [80], externalName: "b.default.svc.cluster.local")
        func printed(_ host: String, _ port: UInt32? = nil) -> String? {
            routes(rule(to: host) { $0.route[0].destination.port = port }, services: services).first?.forwarding?
                .cluster
                .printed
        }
        #expect(printed("one") == "outbound|9090||one.default")
        #expect(printed("one", 5) == "outbound|5||one.default")
        #expect(printed("two") == "outbound|80||two.default")
        #expect(printed("ONE") == "outbound|9090||one.default")
        #expect(printed("b.default") == "outbound|80||b.default")
        #expect(printed("alias") == "outbound|80||b.default")
    }

    @Test("Headers of the destination stand behind those of the rule")
    func headerOrder() {
        var one = split(1)
        one.headers.request.set = [header("a", "rule")]
        one.headers.request.add = [header("b", "rule")]
        one.headers.request.remove = ["X-Gone"]
        one.headers.response.add = [header("r", "%PROTOCOL%")]
        one.route[0].headers.request.set = [header("a", "destination"), header(":authority", "x")]
        let made = routes(one).first
        #expect(made?.requestHeaders.printed == "-x-gone =a:rule +b:rule =a:destination")
        #expect(made?.responseHeaders.printed == "+r:%PROTOCOL%")
        #expect(made?.forwarding?.hostRewrite == .literal("x"))
    }

    @Test("With several destinations each carries the headers of the rule, too")
    func headersOfSeveral() {
        var two = split(1, 1)
        two.headers.request.set = [header("a", "rule")]
        two.route[0].headers.request.set = [header("host", "x")]
        two.route[1].headers.request.add = [header("b", "second")]
        let made = routes(two).first
        guard case .weightedClusters(let split)? = made?.forwarding?.cluster else {
            Issue.record("no split")
            return
        }
        #expect(made?.requestHeaders.isEmpty == true)
        #expect(split.clusters.map(\.requestHeaders.printed) == ["=a:rule", "=a:rule +b:second"])
        #expect(split.clusters.map(\.hostRewriteLiteral) == ["x", nil])
        two.headers.request.set = [header(":authority", "rule")]
        guard case .weightedClusters(let split)? = routes(two).first?.forwarding?.cluster else { return }
        #expect(split.clusters.map(\.hostRewriteLiteral) == [nil, nil])
        #expect(routes(two).first?.forwarding?.hostRewrite == .literal("rule"))
    }

    @Test("Rewrites change the prefix, the path by expression, and the authority")
    func rewrites() {
        func rewrite(_ change: (inout HTTPRewrite) -> Void) -> RouteAction? {
            var rewrite = HTTPRewrite()
            change(&rewrite)
            return routes(rule(match(.prefix("/a"))) { $0.rewrite = rewrite }).first?.forwarding
        }
        #expect(rewrite { $0.uri = "/b" }?.pathRewrite == .prefix("/b"))
        #expect(
            rewrite { $0.regex = RegexRewriteRule(match: "a", rewrite: "b") }?.pathRewrite
                == .regex(RegexRewrite(pattern: RegexMatcher(regex: "a"), substitution: "b")))
        #expect(rewrite { $0.authority = "x" }?.hostRewrite == .literal("x"))
        #expect(rewrite { $0.authority = "x" }?.pathRewrite == nil)
    }

    @Test("The port of a redirect is not written where the scheme implies it")
    func redirects() {
        func redirect(_ change: (inout HTTPRedirect) -> Void) -> Redirect? {
            var redirect = HTTPRedirect()
            change(&redirect)
            let made = routes(
                rule {
                    $0.route = []; $0.redirect = redirect
                }
            ).first
            guard case .redirect(let action)? = made?.action else { return nil }
            return action
        }
        #expect(redirect { $0.port = .fromRequest }?.portRedirect == 0)
        #expect(
            redirect {
                $0.port = .fromRequest; $0.scheme = "https"
            }?.portRedirect == 80)
        #expect(
            redirect {
                $0.port = .number(443); $0.scheme = "https"
            }?.portRedirect == 0)
        #expect(
            redirect {
                $0.port = .fromProtocol; $0.scheme = "https"
            }?.portRedirect == 0)
        #expect(redirect { $0.port = .number(8443) }?.portRedirect == 8443)
        #expect(
            redirect {
                $0.uri = "/x"; $0.authority = "h:1"; $0.code = 308
            }
                == Redirect(hostRedirect: "h:1", path: .replaced("/x"), responseCode: 308))
        #expect(redirect { $0.prefixRewrite = "/" }?.path == .prefixRewrite("/"))
    }

    @Test("Without a word about retries there are two, for what never reached the service")
    func retries() {
        let standard = routes(rule()).first?.forwarding?.retryPolicy
        #expect(standard?.numRetries == 2)
        #expect(
            standard?.retryOn == [
                .connectFailure, .refusedStream, .grpcUnavailable, .grpcCancelled, .retriableStatusCodes,
            ])
        #expect(standard?.retriableStatusCodes == [])
        #expect(standard?.previousHosts == true)
        func policy(_ change: (inout HTTPRetry) -> Void) -> RetryPolicy? {
            var retry = HTTPRetry()
            change(&retry)
            return RetryPolicy.of(retry, isHashed: false)
        }
        #expect(policy { $0.attempts = 0 } == nil)
        #expect(policy { $0.attempts = 4 }?.retryOn == standard?.retryOn)
        #expect(policy { $0.perTryTimeout = .seconds(1) }?.numRetries == 2)
        let coded = policy { $0.retryOn = "409,reset,418" }
        #expect(coded?.retryOn == [.reset, .retriableStatusCodes])
        #expect(coded?.retriableStatusCodes == [409, 418])
        #expect(policy { $0.retryOn = "5xx" }?.retryOn == [.serverError])
        #expect(policy { $0.retryIgnorePreviousHosts = false }?.previousHosts == false)
        #expect(policy { $0.backoff = .milliseconds(400) }?.retryBackOff.baseInterval == .milliseconds(400))
        #expect(RetryPolicy.of(nil, isHashed: true)?.previousHosts == false)
    }

    @Test("There is no timeout but the one that a rule gives; gRPC's own deadline counts up to it")
    func timeouts() {
        let none = routes(rule()).first?.forwarding
        #expect(none?.timeout == nil)
        #expect(none?.maxGrpcTimeout == .zero)
        let some = routes(rule { $0.timeout = .seconds(3) }).first?.forwarding
        #expect(some?.timeout == .seconds(3))
        #expect(some?.maxGrpcTimeout == .seconds(3))
    }

    @Test("Mirrors draw their own share; a copy that leaves the mesh carries its target's name")
    func mirrors() {
        let services = TestServices().add("b").add("s2", ports: [8080]).add(entry: "ext.test", ports: [80, 8000])
        let made = routes(
            rule {
                var port = Destination(host: "ext.test")
                port.port = 8000
                $0.mirrors = [
                    HTTPMirror(destination: Destination(host: "s2"), percentage: Percentage(percent: 12.5)),
                    HTTPMirror(destination: Destination(host: "s2"), percentage: .zero),
                    HTTPMirror(destination: Destination(host: "ext.test")), HTTPMirror(destination: port),
                ]
            }, services: services
        ).first?.forwarding?.requestMirrorPolicies
        #expect(
            made?.map(\.target) == [
                .cluster("outbound|8080||s2.default.svc.cluster.local"), .cluster("outbound|80||ext.test"),
                .cluster("outbound|8000||ext.test"),
            ])
        #expect(made?.map(\.hostRewriteLiteral) == ["", "ext.test-shadow", "ext.test-shadow:8000"])
        #expect(made?.map(\.hostRewritePort) == [nil, 80, nil])
        #expect(made?.first?.runtimeFraction?.defaultValue == Fraction(numerator: 125_000, denominator: 1_000_000))
        #expect(made?.allSatisfy { !$0.disableShadowHostSuffixAppend && $0.traceSampled == false } == true)
    }

    @Test("Faults and CORS are settings of their filters")
    func overrides() {
        var fault = HTTPFaultInjection()
        fault.delay = HTTPFaultInjection.Delay(percentage: .all, fixedDelay: .seconds(2))
        fault.abort = HTTPFaultInjection.Abort(percentage: Percentage(percent: 25), status: .grpc(14))
        var cors = IstioCORSPolicy()
        cors.allowOrigins = [.exact("*"), .regex("x.*")]
        cors.allowMethods = ["GET", "POST"]
        cors.maxAge = .seconds(86400)
        let made = routes(
            rule {
                $0.fault = fault; $0.corsPolicy = cors
            }
        ).first?.typedPerFilterConfig
        #expect(
            made?["envoy.filters.http.fault"]?.setting
                == .fault(
                    HTTPFault(
                        delay: FaultDelay(
                            duration: .fixed(.seconds(2)),
                            percentage: Fraction(numerator: 1_000_000, denominator: 1_000_000)),
                        abort: FaultAbort(
                            status: .grpc(14), percentage: Fraction(numerator: 250_000, denominator: 1_000_000)))))
        #expect(
            made?["envoy.filters.http.cors"]?.setting
                == .cors(
                    CorsPolicy(
                        allowOriginStringMatch: [
                            StringMatcher(pattern: .exact("*")),
                            StringMatcher(pattern: .safeRegex(RegexMatcher(regex: "x.*"))),
                        ], allowMethods: "GET,POST", maxAge: "86400")))
        fault.delay?.fixedDelay = nil
        fault.abort = nil
        #expect(routes(rule { $0.fault = fault }).first?.typedPerFilterConfig.isEmpty == true)
    }

    @Test("Every hash that a destination asks for is taken once")
    func hashing() {
        let services = TestServices().add("b")
        services.hashed = ["b.default.svc.cluster.local"]
        let made = routes(split(1, 1), services: services).first?.forwarding
        #expect(made?.hashPolicy == [HashPolicy(key: .sourceIP)])
        #expect(made?.retryPolicy?.previousHosts == false)
    }
}
