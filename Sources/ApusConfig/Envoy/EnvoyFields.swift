/// Every field of the messages that are read here, and how it stands with Apus. To support a field: read it in its
/// decoder and move its name from `later` or `never` to `read`.
enum EnvoyFields {
    struct Standing {
        let read: String
        var later = ""
        var never = ""
    }

    static let all: [String: Standing] = [
        "apus.filters.http.lua.v3.LuaLimits": Standing(
            read: "max_instructions max_memory_bytes max_body_bytes error_status script_folders"),
        "envoy.config.accesslog.v3.AccessLog": Standing(
            read: "name filter typed_config"),
        "envoy.config.accesslog.v3.AccessLogFilter": Standing(
            read: """
                status_code_filter duration_filter not_health_check_filter traceable_filter
                runtime_filter and_filter or_filter header_filter response_flag_filter
                grpc_status_filter
                """,
            never: "extension_filter metadata_filter log_type_filter"),
        "envoy.config.accesslog.v3.AndFilter": Standing(
            read: "filters"),
        "envoy.config.accesslog.v3.ComparisonFilter": Standing(
            read: "op value"),
        "envoy.config.accesslog.v3.DurationFilter": Standing(
            read: "comparison"),
        "envoy.config.accesslog.v3.GrpcStatusFilter": Standing(
            read: "statuses exclude"),
        "envoy.config.accesslog.v3.HeaderFilter": Standing(
            read: "header"),
        "envoy.config.accesslog.v3.NotHealthCheckFilter": Standing(
            read: ""),
        "envoy.config.accesslog.v3.OrFilter": Standing(
            read: "filters"),
        "envoy.config.accesslog.v3.ResponseFlagFilter": Standing(
            read: "flags"),
        "envoy.config.accesslog.v3.RuntimeFilter": Standing(
            read: "runtime_key percent_sampled use_independent_randomness"),
        "envoy.config.accesslog.v3.StatusCodeFilter": Standing(
            read: "comparison"),
        "envoy.config.accesslog.v3.TraceableFilter": Standing(
            read: ""),
        "envoy.config.bootstrap.v3.Admin": Standing(
            read: "access_log access_log_path profile_path address ignore_global_conn_limit",
            never: "socket_options allow_paths"),
        "envoy.config.bootstrap.v3.Bootstrap": Standing(
            read: """
                node static_resources flags_path deferred_stat_options stats_config
                stats_flush_interval stats_flush_on_admin watchdog watchdogs admin
                enable_dispatcher_stats memory_allocator_manager enable_worker_cpu_affinity
                """,
            never: """
                node_context_params dynamic_resources cluster_manager hds_config stats_sinks
                stats_eviction_interval tracing layered_runtime overload_manager header_prefix
                stats_server_version_override use_tcp_for_dns_lookups dns_resolution_config
                typed_dns_resolver_config bootstrap_extensions fatal_actions config_sources
                default_config_source default_socket_interface certificate_provider_instances
                inline_headers perf_tracing_file_path default_regex_engine xds_delegate_extension
                xds_config_tracker_extension listener_manager application_log_config
                grpc_async_client_manager_config
                """),
        "envoy.config.bootstrap.v3.Bootstrap.StaticResources": Standing(
            read: "listeners clusters",
            later: "secrets"),
        "envoy.config.cluster.v3.CircuitBreakers": Standing(
            read: "thresholds",
            never: "per_host_thresholds"),
        "envoy.config.cluster.v3.CircuitBreakers.Thresholds": Standing(
            read: """
                priority max_connections max_pending_requests max_requests max_retries retry_budget
                track_remaining
                """,
            never: "max_connection_pools"),
        "envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget": Standing(
            read: "budget_percent min_retry_concurrency",
            never: "budget_interval"),
        "envoy.config.cluster.v3.Cluster": Standing(
            read: """
                name alt_stat_name type connect_timeout per_connection_buffer_limit_bytes lb_policy
                load_assignment max_requests_per_connection circuit_breakers
                common_http_protocol_options http_protocol_options typed_extension_protocol_options
                dns_refresh_rate dns_jitter dns_failure_refresh_rate respect_dns_ttl dns_lookup_family
                wait_for_warm_on_init cleanup_interval upstream_bind_config ring_hash_lb_config
                maglev_lb_config least_request_lb_config round_robin_lb_config common_lb_config
                metadata protocol_selection upstream_connection_options
                close_connections_on_host_health_failure ignore_health_on_host_removal
                track_timeout_budgets outlier_detection
                """,
            later: """
                health_checks transport_socket transport_socket_matches http2_protocol_options
                load_balancing_policy
                """,
            never: """
                transport_socket_matcher stats_matcher cluster_type eds_cluster_config
                per_connection_buffer_high_watermark_timeout upstream_http_protocol_options
                dns_resolvers use_tcp_for_dns_lookups dns_resolution_config typed_dns_resolver_config
                lb_subset_config original_dst_lb_config filters lrs_server lrs_report_endpoint_metrics
                upstream_config track_cluster_stats preconnect_policy
                connection_pool_per_downstream_connection queuing_policies
                """),
        "envoy.config.cluster.v3.Cluster.CommonLbConfig": Standing(
            read: """
                healthy_panic_threshold update_merge_window ignore_new_hosts_until_first_hc
                close_connections_on_host_set_change consistent_hashing_lb_config
                """,
            later: "locality_weighted_lb_config",
            never: "zone_aware_lb_config override_host_status"),
        "envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig": Standing(
            read: "use_hostname_for_hashing hash_balance_factor"),
        "envoy.config.cluster.v3.Cluster.LeastRequestLbConfig": Standing(
            read: "choice_count active_request_bias slow_start_config"),
        "envoy.config.cluster.v3.Cluster.MaglevLbConfig": Standing(
            read: "table_size"),
        "envoy.config.cluster.v3.Cluster.RefreshRate": Standing(
            read: "base_interval max_interval"),
        "envoy.config.cluster.v3.Cluster.RingHashLbConfig": Standing(
            read: "minimum_ring_size hash_function maximum_ring_size"),
        "envoy.config.cluster.v3.Cluster.RoundRobinLbConfig": Standing(
            read: "slow_start_config"),
        "envoy.config.cluster.v3.Cluster.SlowStartConfig": Standing(
            read: "slow_start_window aggression min_weight_percent"),
        "envoy.config.cluster.v3.OutlierDetection": Standing(
            read: """
                consecutive_5xx interval base_ejection_time max_ejection_percent
                enforcing_consecutive_5xx enforcing_success_rate success_rate_minimum_hosts
                success_rate_request_volume success_rate_stdev_factor consecutive_gateway_failure
                enforcing_consecutive_gateway_failure split_external_local_origin_errors
                consecutive_local_origin_failure enforcing_consecutive_local_origin_failure
                enforcing_local_origin_success_rate failure_percentage_threshold
                enforcing_failure_percentage enforcing_failure_percentage_local_origin
                failure_percentage_minimum_hosts failure_percentage_request_volume max_ejection_time
                max_ejection_time_jitter successful_active_health_check_uneject_host
                always_eject_one_host detect_degraded_hosts
                """,
            never: "monitors"),
        "envoy.config.cluster.v3.UpstreamConnectionOptions": Standing(
            read: "tcp_keepalive set_local_interface_name_on_upstream_connections",
            never: "happy_eyeballs_config"),
        "envoy.config.common.mutation_rules.v3.HeaderMutation": Standing(
            read: "remove append",
            never: "remove_on_match"),
        "envoy.config.core.v3.Address": Standing(
            read: "socket_address pipe",
            never: "envoy_internal_address"),
        "envoy.config.core.v3.BindConfig": Standing(
            read: "source_address",
            never: """
                freebind socket_options extra_source_addresses additional_source_addresses
                local_address_selector validate_network_namespaces
                """),
        "envoy.config.core.v3.CidrRange": Standing(
            read: "address_prefix prefix_len"),
        "envoy.config.core.v3.DataSource": Standing(
            read: "filename inline_bytes inline_string environment_variable",
            never: "watched_directory"),
        "envoy.config.core.v3.HeaderValue": Standing(
            read: "key value raw_value"),
        "envoy.config.core.v3.HeaderValueOption": Standing(
            read: "header append append_action keep_empty_value"),
        "envoy.config.core.v3.Http1ProtocolOptions": Standing(
            read: """
                allow_absolute_url accept_http_10 default_host_for_http_10 header_key_format
                enable_trailers allow_chunked_length override_stream_error_on_invalid_http_message
                send_fully_qualified_url use_balsa_parser allow_custom_methods
                """,
            never: "ignore_http_11_upgrade"),
        "envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat": Standing(
            read: "proper_case_words stateful_formatter"),
        "envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat.ProperCaseWords": Standing(
            read: ""),
        "envoy.config.core.v3.HttpProtocolOptions": Standing(
            read: """
                idle_timeout max_connection_duration max_headers_count max_response_headers_kb
                max_stream_duration headers_with_underscores_action max_requests_per_connection
                """,
            never: "max_connection_duration_jitter"),
        "envoy.config.core.v3.Locality": Standing(
            read: "region zone sub_zone"),
        "envoy.config.core.v3.Metadata": Standing(
            read: "filter_metadata",
            never: "typed_filter_metadata"),
        "envoy.config.core.v3.Node": Standing(
            read: """
                id cluster metadata dynamic_parameters locality user_agent_name user_agent_version
                user_agent_build_version extensions client_features listening_addresses
                """),
        "envoy.config.core.v3.Pipe": Standing(
            read: "path mode"),
        "envoy.config.core.v3.RuntimeDouble": Standing(
            read: "default_value runtime_key"),
        "envoy.config.core.v3.RuntimeFractionalPercent": Standing(
            read: "default_value runtime_key"),
        "envoy.config.core.v3.RuntimeUInt32": Standing(
            read: "default_value runtime_key"),
        "envoy.config.core.v3.SchemeHeaderTransformation": Standing(
            read: "scheme_to_overwrite match_upstream"),
        "envoy.config.core.v3.SocketAddress": Standing(
            read: "protocol address port_value ipv4_compat",
            never: "named_port resolver_name network_namespace_filepath"),
        "envoy.config.core.v3.SubstitutionFormatString": Standing(
            read: """
                text_format json_format text_format_source omit_empty_values content_type formatters
                json_format_options
                """),
        "envoy.config.core.v3.TcpKeepalive": Standing(
            read: "keepalive_probes keepalive_time keepalive_interval"),
        "envoy.config.core.v3.TypedExtensionConfig": Standing(
            read: "name typed_config"),
        "envoy.config.endpoint.v3.ClusterLoadAssignment": Standing(
            read: "cluster_name endpoints policy",
            never: "named_endpoints"),
        "envoy.config.endpoint.v3.ClusterLoadAssignment.Policy": Standing(
            read: "overprovisioning_factor",
            never: "drop_overloads endpoint_stale_after weighted_priority_health"),
        "envoy.config.endpoint.v3.Endpoint": Standing(
            read: "address hostname observability_name",
            later: "health_check_config",
            never: "additional_addresses"),
        "envoy.config.endpoint.v3.LbEndpoint": Standing(
            read: "endpoint health_status metadata load_balancing_weight",
            never: "endpoint_name"),
        "envoy.config.endpoint.v3.LocalityLbEndpoints": Standing(
            read: "locality metadata lb_endpoints priority proximity",
            later: "load_balancing_weight",
            never: "load_balancer_endpoints leds_cluster_locality_config"),
        "envoy.config.listener.v3.AdditionalAddress": Standing(
            read: "address",
            never: "socket_options tcp_keepalive"),
        "envoy.config.listener.v3.Filter": Standing(
            read: "name typed_config",
            never: "config_discovery"),
        "envoy.config.listener.v3.FilterChain": Standing(
            read: "filters metadata transport_socket_connect_timeout name",
            later: "filter_chain_match transport_socket",
            never: "use_proxy_proto"),
        "envoy.config.listener.v3.FilterChainMatch": Standing(
            read: """
                destination_port prefix_ranges direct_source_prefix_ranges source_type
                source_prefix_ranges source_ports server_names transport_protocol
                application_protocols
                """,
            never: "address_suffix suffix_len"),
        "envoy.config.listener.v3.Listener": Standing(
            read: """
                name address additional_addresses stat_prefix filter_chains default_filter_chain
                per_connection_buffer_limit_bytes metadata drain_type listener_filters_timeout
                continue_on_listener_filters_timeout traffic_direction connection_balance_config
                reuse_port enable_reuse_port tcp_backlog_size
                max_connections_to_accept_per_socket_event bind_to_port ignore_global_conn_limit
                bypass_overload_manager
                """,
            later: "listener_filters",
            never: """
                stats_matcher fcds_config filter_chain_matcher use_original_dst
                per_connection_buffer_high_watermark_timeout deprecated_v1 transparent freebind
                socket_options tcp_fast_open_queue_length udp_listener_config api_listener
                internal_listener enable_mptcp tcp_keepalive access_log
                """),
        "envoy.config.metrics.v3.HistogramBucketSettings": Standing(
            read: "match buckets",
            never: "bins"),
        "envoy.config.metrics.v3.StatsConfig": Standing(
            read: "use_all_default_tags",
            never: """
                stats_tags stats_matcher allow_default_tag_overrides histogram_bucket_settings
                """),
        "envoy.config.route.v3.CorsPolicy": Standing(
            read: """
                allow_origin_string_match allow_methods allow_headers expose_headers max_age
                allow_credentials filter_enabled shadow_enabled allow_private_network_access
                forward_not_matching_preflights
                """),
        "envoy.config.route.v3.Decorator": Standing(
            read: "operation propagate"),
        "envoy.config.route.v3.DirectResponseAction": Standing(
            read: "status body body_format"),
        "envoy.config.route.v3.FilterConfig": Standing(
            read: "config is_optional disabled"),
        "envoy.config.route.v3.HeaderMatcher": Standing(
            read: """
                name exact_match safe_regex_match range_match present_match prefix_match suffix_match
                contains_match string_match invert_match treat_missing_header_as_empty
                """),
        "envoy.config.route.v3.NonForwardingAction": Standing(
            read: ""),
        "envoy.config.route.v3.QueryParameterMatcher": Standing(
            read: "name string_match present_match"),
        "envoy.config.route.v3.RedirectAction": Standing(
            read: """
                https_redirect scheme_redirect host_redirect port_redirect path_redirect
                prefix_rewrite regex_rewrite response_code strip_query
                """,
            never: "path_rewrite"),
        "envoy.config.route.v3.RetryPolicy": Standing(
            read: """
                retry_on num_retries per_try_timeout per_try_idle_timeout retry_host_predicate
                host_selection_retry_max_attempts retriable_status_codes retry_back_off
                rate_limited_retry_back_off retriable_headers retriable_request_headers
                """,
            never: "retry_priority retry_options_predicates refresh_cluster_on_retry"),
        "envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff": Standing(
            read: "reset_headers max_interval"),
        "envoy.config.route.v3.RetryPolicy.ResetHeader": Standing(
            read: "name format"),
        "envoy.config.route.v3.RetryPolicy.RetryBackOff": Standing(
            read: "base_interval max_interval"),
        "envoy.config.route.v3.RetryPolicy.RetryHostPredicate": Standing(
            read: "name typed_config"),
        "envoy.config.route.v3.Route": Standing(
            read: """
                name match route redirect direct_response non_forwarding_action metadata decorator
                typed_per_filter_config request_headers_to_add request_headers_to_remove
                response_headers_to_add response_headers_to_remove per_request_buffer_limit_bytes
                stat_prefix request_body_buffer_limit
                """,
            never: "filter_action tracing route_specifiers"),
        "envoy.config.route.v3.RouteAction": Standing(
            read: """
                cluster cluster_header weighted_clusters cluster_not_found_response_code
                prefix_rewrite regex_rewrite host_rewrite_literal auto_host_rewrite
                host_rewrite_header host_rewrite_path_regex append_x_forwarded_host timeout
                idle_timeout retry_policy request_mirror_policies priority hash_policy cors
                max_grpc_timeout grpc_timeout_offset upgrade_configs max_stream_duration
                """,
            later: "hedge_policy internal_redirect_policy metadata_match",
            never: """
                cluster_specifier_plugin inline_cluster_specifier_plugin path_rewrite_policy
                path_rewrite host_rewrite early_data_policy retry_policy_typed_config rate_limits
                include_vh_rate_limits internal_redirect_action max_internal_redirects flush_timeout
                """),
        "envoy.config.route.v3.RouteAction.HashPolicy": Standing(
            read: "header cookie connection_properties query_parameter terminal",
            never: "filter_state"),
        "envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties": Standing(
            read: "source_ip"),
        "envoy.config.route.v3.RouteAction.HashPolicy.Cookie": Standing(
            read: "name ttl path attributes"),
        "envoy.config.route.v3.RouteAction.HashPolicy.CookieAttribute": Standing(
            read: "name value"),
        "envoy.config.route.v3.RouteAction.HashPolicy.Header": Standing(
            read: "header_name regex_rewrite"),
        "envoy.config.route.v3.RouteAction.HashPolicy.QueryParameter": Standing(
            read: "name"),
        "envoy.config.route.v3.RouteAction.MaxStreamDuration": Standing(
            read: "max_stream_duration grpc_timeout_header_max grpc_timeout_header_offset"),
        "envoy.config.route.v3.RouteAction.RequestMirrorPolicy": Standing(
            read: """
                cluster cluster_header runtime_fraction trace_sampled
                disable_shadow_host_suffix_append request_headers_mutations host_rewrite_literal
                """),
        "envoy.config.route.v3.RouteAction.UpgradeConfig": Standing(
            read: "upgrade_type enabled",
            never: "connect_config"),
        "envoy.config.route.v3.RouteConfiguration": Standing(
            read: """
                name virtual_hosts internal_only_headers response_headers_to_add
                response_headers_to_remove request_headers_to_add request_headers_to_remove
                most_specific_header_mutations_wins validate_clusters
                max_direct_response_body_size_bytes request_mirror_policies
                ignore_port_in_host_matching ignore_path_parameters_in_path_matching
                typed_per_filter_config metadata
                """,
            never: "vhds cluster_specifier_plugins vhost_header route_specifiers"),
        "envoy.config.route.v3.RouteMatch": Standing(
            read: """
                prefix path safe_regex connect_matcher path_separated_prefix case_sensitive
                runtime_fraction headers query_parameters grpc
                """,
            later: "cookies dynamic_metadata",
            never: "path_match_policy tls_context filter_state"),
        "envoy.config.route.v3.RouteMatch.ConnectMatcher": Standing(
            read: ""),
        "envoy.config.route.v3.RouteMatch.GrpcRouteMatchOptions": Standing(
            read: ""),
        "envoy.config.route.v3.VirtualHost": Standing(
            read: """
                name domains routes require_tls request_headers_to_add request_headers_to_remove
                response_headers_to_add response_headers_to_remove typed_per_filter_config
                include_request_attempt_count include_attempt_count_in_response retry_policy
                include_is_timeout_retry_header per_request_buffer_limit_bytes
                request_body_buffer_limit request_mirror_policies metadata
                """,
            later: "hedge_policy virtual_clusters",
            never: "matcher rate_limits cors retry_policy_typed_config route_specifiers"),
        "envoy.config.route.v3.WeightedCluster": Standing(
            read: "clusters total_weight runtime_key_prefix header_name use_hash_policy"),
        "envoy.config.route.v3.WeightedCluster.ClusterWeight": Standing(
            read: """
                name cluster_header weight request_headers_to_add request_headers_to_remove
                response_headers_to_add response_headers_to_remove typed_per_filter_config
                host_rewrite_literal
                """,
            later: "metadata_match"),
        "envoy.extensions.access_loggers.file.v3.FileAccessLog": Standing(
            read: "path format json_format typed_json_format log_format"),
        "envoy.extensions.access_loggers.stream.v3.StderrAccessLog": Standing(
            read: "log_format"),
        "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog": Standing(
            read: "log_format"),
        "envoy.extensions.filters.common.fault.v3.FaultDelay": Standing(
            read: "fixed_delay header_delay percentage"),
        "envoy.extensions.filters.common.fault.v3.FaultDelay.HeaderDelay": Standing(
            read: ""),
        "envoy.extensions.filters.common.fault.v3.FaultRateLimit": Standing(
            read: "fixed_limit header_limit percentage"),
        "envoy.extensions.filters.common.fault.v3.FaultRateLimit.FixedLimit": Standing(
            read: "limit_kbps"),
        "envoy.extensions.filters.common.fault.v3.FaultRateLimit.HeaderLimit": Standing(
            read: ""),
        "envoy.extensions.filters.http.buffer.v3.Buffer": Standing(
            read: "max_request_bytes"),
        "envoy.extensions.filters.http.buffer.v3.BufferPerRoute": Standing(
            read: "disabled buffer"),
        "envoy.extensions.filters.http.cors.v3.Cors": Standing(
            read: ""),
        "envoy.extensions.filters.http.cors.v3.CorsPolicy": Standing(
            read: """
                allow_origin_string_match allow_methods allow_headers expose_headers max_age
                allow_credentials filter_enabled shadow_enabled allow_private_network_access
                forward_not_matching_preflights
                """),
        "envoy.extensions.filters.http.fault.v3.FaultAbort": Standing(
            read: "http_status grpc_status header_abort percentage",
            never: "response_body"),
        "envoy.extensions.filters.http.fault.v3.FaultAbort.HeaderAbort": Standing(
            read: ""),
        "envoy.extensions.filters.http.fault.v3.HTTPFault": Standing(
            read: """
                delay abort upstream_cluster headers downstream_nodes max_active_faults
                response_rate_limit delay_percent_runtime abort_percent_runtime delay_duration_runtime
                abort_http_status_runtime max_active_faults_runtime
                response_rate_limit_percent_runtime abort_grpc_status_runtime
                disable_downstream_cluster_stats
                """,
            never: "filter_metadata"),
        "envoy.extensions.filters.http.header_to_metadata.v3.Config": Standing(
            read: "request_rules response_rules stat_prefix"),
        "envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair": Standing(
            read: "metadata_namespace key value regex_value_rewrite type encode"),
        "envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule": Standing(
            read: "header cookie on_header_present on_header_missing remove"),
        "envoy.extensions.filters.http.health_check.v3.HealthCheck": Standing(
            read: "pass_through_mode cache_time cluster_min_healthy_percentages headers"),
        "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit": Standing(
            read: """
                stat_prefix status token_bucket filter_enabled filter_enforced
                request_headers_to_add_when_not_enforced response_headers_to_add stage
                local_rate_limit_per_downstream_connection enable_x_ratelimit_headers vh_rate_limits
                always_consume_default_token_bucket rate_limited_as_resource_exhausted
                max_dynamic_descriptors
                """,
            never: "descriptors local_cluster_rate_limit rate_limits enable_retry_after_header"),
        // `apus` is not Envoy's: what it has no settings for.
        "envoy.extensions.filters.http.lua.v3.Lua": Standing(
            read: "inline_code source_codes default_source_code stat_prefix clear_route_cache apus"),
        "envoy.extensions.filters.http.lua.v3.LuaPerRoute": Standing(
            read: "disabled name source_code filter_context"),
        "envoy.extensions.filters.http.router.v3.Router": Standing(
            read: """
                dynamic_stats start_child_span suppress_envoy_headers respect_expected_rq_timeout
                suppress_grpc_request_failure_code_stats reject_connect_request_early_data
                """,
            never: """
                upstream_log_options upstream_http_filters upstream_log strict_check_headers
                """),
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager": Standing(
            read: """
                codec_type stat_prefix route_config http_filters add_user_agent
                common_http_protocol_options http_protocol_options server_name
                server_header_transformation scheme_header_transformation max_request_headers_kb
                stream_idle_timeout request_timeout request_headers_timeout drain_timeout
                delayed_close_timeout access_log use_remote_address xff_num_trusted_hops
                internal_address_config skip_xff_append via generate_request_id
                preserve_external_request_id always_set_request_id_in_response
                forward_client_cert_details set_current_client_cert_details proxy_100_continue
                represent_ipv4_remote_address_as_ipv4_mapped_ipv6 upgrade_configs normalize_path
                merge_slashes path_with_escaped_slashes_action local_reply_config
                strip_matching_host_port strip_any_host_port stream_error_on_invalid_http_message
                strip_trailing_host_dot append_x_forwarded_port add_proxy_protocol_connection_state
                """,
            later: "http2_protocol_options",
            never: """
                rds scoped_routes tracing http1_safe_max_connection_duration http3_protocol_options
                drain_timeout_jitter original_ip_detection_extensions
                early_header_mutation_extensions forward_client_cert_matcher request_id_extension
                path_normalization_options proxy_status_config typed_header_validation_config
                append_local_overload forward_proto_config record_route_resolution_stats
                stream_flush_timeout access_log_flush_interval flush_access_log_on_new_request
                access_log_options
                """),
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.HcmAccessLogOptions":
            Standing(
                read: """
                    access_log_flush_interval flush_access_log_on_new_request
                    flush_log_on_tunnel_successfully_established
                    """),
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.InternalAddressConfig":
            Standing(
                read: "unix_sockets cidr_ranges"),
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig": Standing(
            read: "upgrade_type enabled",
            never: "filters"),
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter": Standing(
            read: "name typed_config is_optional disabled",
            never: "config_discovery"),
        "envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig": Standing(
            read: "mappers body_format"),
        "envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper": Standing(
            read: "filter status_code body body_format_override headers_to_add"),
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy": Standing(
            read: """
                stat_prefix cluster weighted_clusters idle_timeout access_log max_connect_attempts
                max_downstream_connection_duration
                """,
            never: """
                on_demand metadata_match backoff_options hash_policy tunneling_config
                max_downstream_connection_duration_jitter_percentage access_log_flush_interval
                flush_access_log_on_connected access_log_options proxy_protocol_tlvs
                proxy_protocol_tlv_merge_policy upstream_connect_mode max_early_data_bytes
                check_drain_close downstream_idle_timeout upstream_idle_timeout
                """),
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster": Standing(
            read: "clusters"),
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight": Standing(
            read: "name weight",
            never: "metadata_match"),
        "envoy.extensions.formatter.metadata.v3.Metadata": Standing(
            read: ""),
        "envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery": Standing(
            read: ""),
        "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig": Standing(
            read: "forward_reason_phrase formatter_type_on_envoy_headers"),
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": Standing(
            read: "common_http_protocol_options explicit_http_config",
            later: "auto_config use_downstream_protocol_config outlier_detection upstream_http_protocol_options",
            never: "http_filters header_validation_config request_mirror_policies hash_policy retry_policy"),
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig": Standing(
            read: "http_protocol_options",
            later: "http2_protocol_options",
            never: "http3_protocol_options"),
        "envoy.type.matcher.v3.RegexMatchAndSubstitute": Standing(
            read: "pattern substitution"),
        "envoy.type.matcher.v3.RegexMatcher": Standing(
            read: "google_re2 regex"),
        "envoy.type.matcher.v3.StringMatcher": Standing(
            read: "exact prefix suffix safe_regex contains ignore_case",
            never: "custom"),
        "envoy.type.v3.FractionalPercent": Standing(
            read: "numerator denominator"),
        "envoy.type.v3.HttpStatus": Standing(
            read: "code"),
        "envoy.type.v3.Int64Range": Standing(
            read: "start end"),
        "envoy.type.v3.Percent": Standing(
            read: "value"),
        "envoy.type.v3.TokenBucket": Standing(
            read: "max_tokens tokens_per_fill fill_interval"),
    ]
}
