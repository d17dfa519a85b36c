import Testing

@testable import ApusProxy

@Suite struct TaggedNameTests {
    private static let live: Set = ["cluster.v1.", "cluster.a.b.", "http.ingress.", "listener.127.0.0.1_80."]

    @Test(arguments: [
        ("cluster.v1.upstream_rq_total", "envoy_cluster_upstream_rq_total", #"envoy_cluster_name="v1""#),
        (
            "cluster.a.b.upstream_rq_503", "envoy_cluster_upstream_rq",
            #"envoy_response_code="503",envoy_cluster_name="a.b""#
        ),
        (
            "cluster.v1.external.upstream_rq_5xx", "envoy_cluster_external_upstream_rq_xx",
            #"envoy_response_code_class="5",envoy_cluster_name="v1""#
        ),
        (
            "http.ingress.downstream_rq_2xx", "envoy_http_downstream_rq_xx",
            #"envoy_response_code_class="2",envoy_http_conn_manager_prefix="ingress""#
        ),
        (
            "http.ingress.fault.aborts_injected", "envoy_http_fault_aborts_injected",
            #"envoy_http_conn_manager_prefix="ingress""#
        ),
        (
            "listener.127.0.0.1_80.downstream_cx_total", "envoy_listener_downstream_cx_total",
            #"envoy_listener_address="127.0.0.1_80""#
        ),
        (
            "listener.127.0.0.1_80.http.ingress.downstream_rq_4xx", "envoy_listener_http_downstream_rq_xx",
            #"envoy_response_code_class="4",envoy_http_conn_manager_prefix="ingress",envoy_listener_address="127.0.0.1_80""#
        ),
        (
            "two.http_local_rate_limit.enabled", "envoy_http_local_rate_limit_enabled",
            #"envoy_local_http_ratelimit_prefix="two""#
        ),
        ("tcp.t1.downstream_cx_total", "envoy_tcp_downstream_cx_total", #"envoy_tcp_prefix="t1""#),
        ("server.live", "envoy_server_live", ""),
    ])
    func whatVariesBecomesALabel(_ name: String, _ metric: String, _ labels: String) {
        let tagged = TaggedName(name, live: Self.live)
        #expect(tagged.metric == metric)
        #expect(tagged.labels == labels)
    }

    @Test func quotesInLabelsAreEscaped() {
        let tagged = TaggedName(#"cluster.a"b.upstream_rq_total"#, live: [#"cluster.a"b."#])
        #expect(tagged.labels == #"envoy_cluster_name="a\"b""#)
    }
}
