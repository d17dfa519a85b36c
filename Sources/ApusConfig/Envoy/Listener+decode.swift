extension Listener {
    static func decode(_ field: Field) -> Listener? {
        field.message("envoy.config.listener.v3.Listener") { message in
            let name = message.string("name")
            let addressField = message.required("address")
            let address = addressField.flatMap(Address.decode)
            let more = message.each("additional_addresses", additionalAddress)
            let chains = message.each("filter_chains", FilterChain.decode)
            let fallback = message["default_filter_chain"].flatMap(FilterChain.decode)
            if fallback == nil, message.field.member("filter_chains")?.quietElements.isEmpty != false {
                message.report(missing: "filter_chains")
            }
            FilterChainMatches.check(chains, at: field)
            FilterChainMatches.refuseChoice(message.field.member("filter_chains")?.quietElements ?? [])
            checkBinding(message)
            checkListenerFilters(message)
            message.ignore("drain_type", "continue_on_listener_filters_timeout", "bypass_overload_manager")
            message.ignore("connection_balance_config", "reuse_port")
            guard let addressField, let address else { return nil }
            ListenerAddresses.checkIsNoName(address, at: addressField)
            field.reading.listeners.add(address, name: name, at: addressField)
            return Listener(
                name: name,
                address: address,
                additionalAddresses: more,
                filterChains: chains,
                defaultFilterChain: fallback,
                statPrefix: message.string("stat_prefix"),
                perConnectionBufferLimitBytes: message.uint32("per_connection_buffer_limit_bytes") ?? 1_048_576,
                enableReusePort: message.bool("enable_reuse_port", default: true),
                tcpBacklogSize: message.uint32("tcp_backlog_size"),
                ignoreGlobalConnLimit: message.bool("ignore_global_conn_limit"),
                maxConnectionsToAcceptPerSocketEvent: message.uint32(
                    "max_connections_to_accept_per_socket_event", in: 1...UInt32.max),
                listenerFiltersTimeout: message.duration("listener_filters_timeout") ?? .seconds(15),
                trafficDirection: message["traffic_direction"]?.choice([
                    "UNSPECIFIED": .unspecified, "INBOUND": .inbound, "OUTBOUND": .outbound,
                ]) ?? .unspecified,
                metadata: message["metadata"].flatMap(Metadata.decode) ?? Metadata(),
                source: message.source)
        }
    }

    private static func additionalAddress(_ field: Field) -> Address? {
        field.message("envoy.config.listener.v3.AdditionalAddress") { message in
            guard let value = message.required("address"), let address = Address.decode(value) else { return nil }
            ListenerAddresses.checkIsNoName(address, at: value)
            field.reading.listeners.add(address, name: "", at: value)
            return address
        }
    }

    private static func checkBinding(_ message: Message) {
        if let field = message["bind_to_port"], field.bool() == false {
            field.report(.unsupportedField("bind_to_port"))
        }
    }

    /// An empty list is fine; what inspects TLS comes with TLS.
    private static func checkListenerFilters(_ message: Message) {
        for filter in message["listener_filters"]?.elements ?? [] {
            filter.report(.notYetSupported("this listener filter"))
        }
    }
}

extension FilterChain {
    static func decode(_ field: Field) -> FilterChain? {
        field.message("envoy.config.listener.v3.FilterChain") { message in
            let filters = message.each("filters", NetworkFilter.decode)
            // Each of the filters that are known here is the end of a chain.
            for filter in message.field.member("filters")?.quietElements.dropLast() ?? [] {
                filter.report(.filterBehindTheLast)
            }
            message.ignore("metadata")
            return FilterChain(
                name: message.string("name"),
                match: message["filter_chain_match"].flatMap(FilterChainMatch.decode) ?? FilterChainMatch(),
                filters: filters,
                transportSocketConnectTimeout: message.duration("transport_socket_connect_timeout"),
                source: message.source)
        }
    }
}

extension FilterChainMatch {
    static func decode(_ field: Field) -> FilterChainMatch? {
        field.message("envoy.config.listener.v3.FilterChainMatch") { message in
            FilterChainMatch(
                destinationPort: message.uint32("destination_port", in: 1...65535),
                prefixRanges: message.each("prefix_ranges", CIDRRange.decode),
                sourcePrefixRanges: message.each("source_prefix_ranges", CIDRRange.decode),
                directSourcePrefixRanges: message.each("direct_source_prefix_ranges", CIDRRange.decode),
                sourcePorts: message.each("source_ports") { $0.integer(UInt32.self, in: 1...65535) },
                sourceType: message["source_type"]?.choice([
                    "ANY": .any, "SAME_IP_OR_LOOPBACK": .sameIPOrLoopback, "EXTERNAL": .external,
                ]) ?? .any,
                serverNames: message.strings("server_names"),
                transportProtocol: message.string("transport_protocol"),
                applicationProtocols: message.strings("application_protocols"),
                source: message.source)
        }
    }
}

extension NetworkFilter {
    static let httpConnectionManagerType =
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    static let tcpProxyType = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"

    static func decode(_ field: Field) -> NetworkFilter? {
        field.message("envoy.config.listener.v3.Filter") { message in
            _ = message.name("name")
            guard let config = message.required("typed_config").flatMap(TypedConfig.init) else { return nil }
            switch config.type {
            case httpConnectionManagerType:
                return HTTPConnectionManager.decode(config).map(NetworkFilter.httpConnectionManager)
            case tcpProxyType:
                return TCPProxy.decode(config).map(NetworkFilter.tcpProxy)
            default:
                config.reportUnknown("network filter", known: [httpConnectionManagerType, tcpProxyType])
                return nil
            }
        }
    }
}
