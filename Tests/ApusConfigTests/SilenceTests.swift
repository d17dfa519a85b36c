import Testing

@testable import ApusConfig

/// What is configured has an effect, or is refused by name.
@Suite("Nothing is silently ignored") struct SilenceTests {
    private let route = "- {match: {prefix: /}, route: {cluster: v1}}"

    private func messages(manager: String = "", cluster: String = "", route: String? = nil) -> [String] {
        load(bootstrap(routes: route ?? self.route, manager: manager, cluster: cluster)).diagnostics.map(\.message)
    }

    @Test(
        "in a connection manager",
        arguments: [
            (
                "represent_ipv4_remote_address_as_ipv4_mapped_ipv6: true",
                "represent_ipv4_remote_address_as_ipv4_mapped_ipv6"
            ),
            ("stream_error_on_invalid_http_message: true", "stream_error_on_invalid_http_message"),
            ("stream_flush_timeout: 1s", "stream_flush_timeout"),
            ("access_log_options: {flush_access_log_on_new_request: true}", "access_log_options"),
            ("http_protocol_options: {send_fully_qualified_url: true}", "send_fully_qualified_url"),
        ])
    func manager(settings: String, field: String) {
        #expect(messages(manager: settings) == ["the field '\(field)' is not supported by Apus; remove it"])
    }

    @Test(
        "in a cluster",
        arguments: [
            ("respect_dns_ttl: true", "respect_dns_ttl"), ("track_timeout_budgets: true", "track_timeout_budgets"),
            ("circuit_breakers: {per_host_thresholds: [{max_connections: 1}]}", "per_host_thresholds"),
            ("outlier_detection: {detect_degraded_hosts: true}", "detect_degraded_hosts"),
            ("outlier_detection: {monitors: [{name: m}]}", "monitors"),
            (
                "common_lb_config: {close_connections_on_host_set_change: true}",
                "close_connections_on_host_set_change"
            ),
        ])
    func cluster(settings: String, field: String) {
        #expect(messages(cluster: settings) == ["the field '\(field)' is not supported by Apus; remove it"])
    }

    @Test("but a switch that is off asks for nothing, nor does an empty list")
    func off() {
        #expect(messages(manager: "stream_error_on_invalid_http_message: false") == [])
        #expect(messages(cluster: "respect_dns_ttl: false\nhealth_checks: []") == [])
    }

    private func listener(_ fields: String, chains: String) -> [String] {
        let text = """
            static_resources:
              listeners:
              - {name: a, address: {socket_address: {address: 127.0.0.1, port_value: 0}}, \(fields)filter_chains: [\(chains)]}
              clusters: [{name: v1}]
            """
        return load(text).diagnostics.map(\.message)
    }

    private let proxy =
        "{name: t, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: v1}}"

    @Test("a choice among filter chains is refused until there is one")
    func chains() {
        #expect(
            listener("", chains: "{filter_chain_match: {destination_port: 1}, filters: [\(proxy)]}")
                == ["the field 'filter_chain_match' is not supported yet; remove it"])
        #expect(
            listener(
                "", chains: "{filters: [\(proxy)]}, {filter_chain_match: {source_type: EXTERNAL}, filters: [\(proxy)]}"
            )
            .contains("a second filter chain is not supported yet"))
        #expect(
            listener("", chains: "{filters: [\(proxy), \(proxy)]}")
                == ["this filter keeps the connection, so nothing may stand behind it; remove one"])
        #expect(
            listener("bind_to_port: false, ", chains: "{filters: [\(proxy)]}")
                == ["the field 'bind_to_port' is not supported by Apus; remove it"])
    }

    @Test("a listener stands at an address, not at a name")
    func names() {
        let text = """
            static_resources:
              listeners: [{name: a, address: {socket_address: {address: localhost, port_value: 0}}, filter_chains: [{}]}]
            """
        #expect(load(text).diagnostics.map(\.message) == ["'localhost' is not an IP address"])
    }
}

@Suite("What Envoy reads is read") struct LenienceTests {
    @Test("numbers and switches in their wrappers, enumerations in any case")
    func spellings() throws {
        let result = load(
            bootstrap(
                routes: "- {match: {prefix: /, case_sensitive: {value: false}}, route: {cluster: v1, priority: high}}",
                manager: "max_request_headers_kb: {value: 61}"))
        #expect(result.diagnostics.map(\.printed) == [])
        #expect(try #require(result.manager).maxRequestHeadersKb == 61)
    }

    @Test("a header that cannot be is only warned of where it is looked for")
    func names() {
        let route = "- {match: {prefix: /, headers: [{name: a b, present_match: true}]}, route: {cluster: v1}}"
        let result = load(bootstrap(routes: route))
        #expect(result.errors.isEmpty)
        #expect(result.warnings.map(\.message) == ["'a b' cannot be a header's name, so this has no effect"])
    }

    @Test("seconds with a fraction, as absl writes them")
    func times() {
        #expect(TimeFormat(parsing: "%H:%E4S")?.pieces == [.strftime("%H:%S."), .fraction(digits: 4)])
        #expect(TimeFormat(parsing: "%E3f")?.pieces == [.fraction(digits: 3)])
        #expect(TimeFormat(parsing: "%E0S") == nil)
    }

    @Test("statistics are flushed by a clock or by hand, not by both")
    func flushing() {
        let message = "only one of stats_flush_interval, stats_flush_on_admin may be given"
        #expect(
            load("stats_flush_interval: 1s\nstats_flush_on_admin: true").diagnostics.map(\.message) == [message])
        #expect(
            load("stats_flush_interval: 300s").diagnostics.map(\.message) == ["'300s' is too long; give less than 300s"]
        )
    }
}
