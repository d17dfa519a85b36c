import Testing

@testable import ApusConfig

@Suite("Good configurations mean what they say") struct GoodTests {
    static let everyManagerField = """
        use_remote_address: true
        xff_num_trusted_hops: 1
        via: my-via
        server_header_transformation: PASS_THROUGH
        normalize_path: true
        path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT
        stream_idle_timeout: 0s
        request_timeout: 0.4s
        common_http_protocol_options: {idle_timeout: 0s, max_headers_count: 50, headers_with_underscores_action: DROP_HEADER}
        http_protocol_options: {accept_http_10: true, header_key_format: {proper_case_words: {}}}
        upgrade_configs: [{upgrade_type: websocket}]
        internal_address_config: {cidr_ranges: [{address_prefix: 127.0.0.0, prefix_len: 8}]}
        access_log:
        - name: file
          filter: {and_filter: {filters: [{not_health_check_filter: {}}, {status_code_filter: {comparison: {op: GE, value: {default_value: 400, runtime_key: k}}}}]}}
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
            path: /dev/null
            log_format: {json_format: {code: "%RESPONSE_CODE%", list: [1, "x"]}}
        local_reply_config: {body_format: {text_format_source: {inline_string: "%LOCAL_REPLY_BODY%"}}}
        """

    static let everyRoute = """
        - name: first
          match:
            path_separated_prefix: /a
            case_sensitive: false
            headers: [{name: X-K, range_match: {start: 1, end: 9}, invert_match: true}]
            query_parameters: [{name: q, string_match: {contains: x, ignore_case: true}}]
            runtime_fraction: {default_value: {numerator: 25, denominator: MILLION}}
          route:
            weighted_clusters: {clusters: [{name: v1, weight: 90}, {name: v2, weight: 10, request_headers_to_remove: [X-Old]}]}
            regex_rewrite: {pattern: {regex: "/a/(.*)"}, substitution: '/\\1'}
            host_rewrite_header: X-Host
            timeout: 0s
            idle_timeout: 0s
            retry_policy: {retry_on: "5xx, reset,unavailable", num_retries: 3, per_try_timeout: 0.3s, retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts}]}
            request_mirror_policies: [{cluster: v2, runtime_fraction: {default_value: {numerator: 50}}}]
            hash_policy: [{cookie: {name: sid, ttl: 60s}, terminal: true}]
          request_headers_to_add: [{header: {key: X-A, value: "%REQ(x-b)%"}, append_action: ADD_IF_ABSENT}]
        - {match: {path: /r}, redirect: {https_redirect: true, port_redirect: 8443, response_code: FOUND}}
        - {match: {safe_regex: {regex: "/d.*"}}, direct_response: {status: 201, body: {filename: body.txt}}}
        """

    @Test("of a connection manager") func manager() throws {
        let result = load(
            bootstrap(routes: "- {match: {prefix: /}, route: {cluster: v1}}", manager: Self.everyManagerField))
        #expect(result.diagnostics.map(\.printed) == [])
        let manager = try #require(result.manager)
        #expect(manager.streamIdleTimeout == nil)
        #expect(manager.requestTimeout == .milliseconds(400))
        #expect(manager.commonHttpProtocolOptions.idleTimeout == nil)
        #expect(manager.commonHttpProtocolOptions.headersWithUnderscoresAction == .dropHeader)
        #expect(manager.httpProtocolOptions.headerKeyFormat == .properCaseWords)
        #expect(manager.pathWithEscapedSlashesAction == .unescapeAndRedirect)
        #expect(manager.internalAddressConfig?.cidrRanges == [CIDRRange(addressPrefix: "127.0.0.0", prefixLength: 8)])
        #expect(manager.upgradeConfigs == [UpgradeConfig(upgradeType: "websocket")])
        let status = AccessLogComparison(op: .greaterOrEqual, value: RuntimeUInt32(defaultValue: 400, runtimeKey: "k"))
        #expect(manager.accessLog.first?.filter == .and([.notHealthCheck, .statusCode(status)]))
        #expect(manager.httpFilters.map(\.settings) == [.router(RouterSettings())])
    }

    @Test("of spellings that are kept") func spellings() throws {
        let formatter = "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig"
        func format(_ settings: String) throws -> HeaderKeyFormat {
            let options = """
                http_protocol_options: {header_key_format: {stateful_formatter: {name: preserve_case, typed_config: \
                {"@type": type.googleapis.com/\(formatter)\(settings)}}}}
                """
            let result = load(
                bootstrap(routes: "- {match: {prefix: /}, route: {cluster: v1}}", manager: options))
            #expect(result.diagnostics.map(\.printed) == [])
            return try #require(result.manager).httpProtocolOptions.headerKeyFormat
        }
        #expect(try format("") == .preserveCase(forwardReasonPhrase: false))
        #expect(try format(", formatter_type_on_envoy_headers: DEFAULT") == .preserveCase(forwardReasonPhrase: false))
        #expect(
            try format(", forward_reason_phrase: true, formatter_type_on_envoy_headers: PROPER_CASE")
                == .preserveCase(forwardReasonPhrase: true, others: .properCase))
    }

    @Test("of routes") func routes() throws {
        let result = ConfigurationLoader.load(text: bootstrap(routes: Self.everyRoute), file: "routes.yaml") { _ in
            [104, 105]
        }
        #expect(result.diagnostics.map(\.printed) == [])
        try #require(result.routes.count == 3)
        let first = result.routes[0]
        #expect(first.match.path == .pathSeparatedPrefix("/a"))
        #expect(first.match.headers == [HeaderMatcher(name: "x-k", match: .range(start: 1, end: 9), invertMatch: true)])
        #expect(first.match.runtimeFraction?.defaultValue == Fraction(numerator: 25, denominator: 1_000_000))
        guard case .route(let action) = first.action else {
            Issue.record("expected a route")
            return
        }
        #expect(action.timeout == nil)
        #expect(action.idleTimeout == .disabled)
        #expect(action.hostRewrite == .header("x-host"))
        #expect(action.retryPolicy?.retryOn == [.serverError, .reset, .grpcUnavailable])
        #expect(action.retryPolicy?.previousHosts == true)
        #expect(action.requestMirrorPolicies.first?.target == .cluster("v2"))
        #expect(result.routes[1].action == .redirect(Redirect(scheme: .https, portRedirect: 8443, responseCode: 302)))
        #expect(result.routes[2].action == .directResponse(DirectResponse(status: 201, body: [104, 105])))
        #expect(first.source.line == 18)
    }

    @Test("of clusters") func clusters() throws {
        let text = """
            type: STRICT_DNS
            connect_timeout: 0.25s
            lb_policy: LEAST_REQUEST
            least_request_lb_config: {choice_count: 5}
            circuit_breakers: {thresholds: [{priority: HIGH, max_requests: 7, retry_budget: {budget_percent: {value: 12.5}}}]}
            load_assignment:
              cluster_name: v1
              endpoints:
              - priority: 1
                lb_endpoints:
                - {endpoint: {address: {socket_address: {address: a.test, port_value: 80}}}, load_balancing_weight: 3, health_status: DRAINING}
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                common_http_protocol_options: {max_requests_per_connection: 2}
                explicit_http_config: {http_protocol_options: {}}
            """
        let result = load(bootstrap(routes: "- {match: {prefix: /}, route: {cluster: v1}}", cluster: text))
        #expect(result.diagnostics.map(\.printed) == [])
        let cluster = try #require(result.cluster)
        #expect(cluster.lbPolicy == .leastRequest(LeastRequestSettings(choiceCount: 5)))
        #expect(cluster.httpProtocolOptions.commonHttpProtocolOptions.maxRequestsPerConnection == 2)
        #expect(cluster.circuitBreakers.thresholds.first?.retryBudget?.budgetPercent == 12.5)
        #expect(cluster.circuitBreakers.thresholds.first?.maxConnections == 1024)
        let endpoint = try #require(cluster.loadAssignment.endpoints.first)
        #expect(endpoint.priority == 1)
        #expect(endpoint.loadBalancingWeight == 3)
        #expect(endpoint.healthStatus == .draining)
    }

    @Test("of endpoints that start slowly") func slowStart() throws {
        func slow(_ policy: String, _ settings: String) throws -> SlowStartSettings? {
            let text = """
                lb_policy: \(policy)
                \(policy.lowercased())_lb_config: { slow_start_config: \(settings) }
                load_assignment:
                  cluster_name: v1
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 80}}}}]}]
                """
            let result = load(bootstrap(routes: "- {match: {prefix: /}, route: {cluster: v1}}", cluster: text))
            #expect(result.diagnostics.map(\.printed) == [])
            return try #require(result.cluster).slowStart
        }
        #expect(try slow("ROUND_ROBIN", "{slow_start_window: 30s}") == SlowStartSettings(window: .seconds(30)))
        let settings = "{slow_start_window: 30s, aggression: {default_value: 2}, min_weight_percent: {value: 25}}"
        #expect(
            try slow("LEAST_REQUEST", settings)
                == SlowStartSettings(window: .seconds(30), aggression: 2, minimumPercent: 25))
        #expect(try slow("ROUND_ROBIN", "{}") == nil)
    }

    @Test("of filters that are not Envoy's") func customFilters() {
        let filters = "- {name: stamp, typed_config: {\"@type\": type.googleapis.com/example.Stamp, text: hello}}"
        let text = bootstrap(routes: "- {match: {prefix: /}, route: {cluster: v1}}", filters: filters)
        #expect(load(text).bootstrap == nil)
        let url = "type.googleapis.com/example.Stamp"
        let result = ConfigurationLoader.load(
            text: text, file: "t", customFilters: [CustomFilter(name: "stamp", typeURL: url)]
        ) { _ in [] }
        let value = ConfigValue.object([ConfigMember(name: "text", value: .string("hello"))])
        #expect(result.manager?.httpFilters.first?.settings == .custom(name: "stamp", typeURL: url, value))
    }

    @Test("and a switch for a filter alone turns it on or off") func switches() {
        let filters = """
            - {name: f, disabled: true, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}}
            """
        let routes = """
            - match: {prefix: /on}
              route: {cluster: v1}
              typed_per_filter_config: {f: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, config: {}}}
            - match: {prefix: /off}
              route: {cluster: v1}
              typed_per_filter_config: {f: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}}
            """
        let result = load(bootstrap(routes: routes, filters: filters))
        #expect(result.diagnostics.map(\.printed) == [])
        #expect(result.routes.map { $0.typedPerFilterConfig["f"]?.disabled } == [false, true])
        #expect(result.manager?.httpFilters.first?.disabled == true)
    }

    @Test("and files that they name are read, or their absence is told") func files() {
        let routes = "- {match: {prefix: /}, direct_response: {status: 200, body: {filename: /etc/nothing}}}"
        #expect(load(bootstrap(routes: routes), files: ["/etc/nothing": "x"]).errors.isEmpty)
        let error = load(bootstrap(routes: routes)).errors.first
        #expect(error?.message == "cannot read '/etc/nothing': no such file")
    }
}
