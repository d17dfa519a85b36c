extension Bootstrap {
    static func decode(_ field: Field) -> Bootstrap? {
        field.message("envoy.config.bootstrap.v3.Bootstrap") { message in
            if message.has("stats_flush_interval"), message.has("stats_flush_on_admin") {
                message.field.report(.conflicting(["stats_flush_interval", "stats_flush_on_admin"]))
            }
            if let interval = message.field.member("stats_flush_interval"), let text = interval.text,
                let length = try? DurationText.parse(text), length >= .seconds(300)
            {
                interval.report(.durationTooLong(text, most: "less than 300s"))
            }
            message.ignore("flags_path", "stats_flush_on_admin", "enable_dispatcher_stats", "deferred_stat_options")
            message.ignore("watchdog", "watchdogs", "memory_allocator_manager", "enable_worker_cpu_affinity")
            _ = message["stats_config"]?.message("envoy.config.metrics.v3.StatsConfig") { message in
                message.ignore("use_all_default_tags")
                return true
            }
            return Bootstrap(
                node: message["node"].flatMap(Node.decode) ?? Node(),
                admin: message["admin"].flatMap(Admin.decode),
                staticResources: message["static_resources"].flatMap(StaticResources.decode) ?? StaticResources(),
                statsFlushInterval: message.duration("stats_flush_interval", atLeast: .milliseconds(1)) ?? .seconds(5),
                source: message.source)
        }
    }
}

extension Node {
    static func decode(_ field: Field) -> Node? {
        field.message("envoy.config.core.v3.Node") { message in
            message.ignore("user_agent_name", "user_agent_version", "user_agent_build_version", "extensions")
            message.ignore("client_features", "listening_addresses", "dynamic_parameters")
            return Node(
                id: message.string("id"), cluster: message.string("cluster"),
                metadata: message["metadata"]?.configValue(),
                locality: message["locality"].flatMap(Locality.decode) ?? Locality())
        }
    }
}

extension Locality {
    static func decode(_ field: Field) -> Locality? {
        field.message("envoy.config.core.v3.Locality") { message in
            Locality(
                region: message.string("region"), zone: message.string("zone"), subZone: message.string("sub_zone"))
        }
    }
}

extension Admin {
    static func decode(_ field: Field) -> Admin? {
        field.message("envoy.config.bootstrap.v3.Admin") { message in
            var logs = message.each("access_log", AccessLog.decode)
            if let path = message["access_log_path"]?.nonEmptyString() {
                logs.append(AccessLog(name: "envoy.access_loggers.file", sink: .file(path: path)))
            }
            // Where everything is thrown away, nothing needs to be written.
            if logs.contains(where: { $0.sink != .file(path: "/dev/null") }) {
                message.field.warn(.noAdminLog)
            }
            message.ignore("ignore_global_conn_limit")
            return Admin(
                address: message["address"].flatMap { field in
                    let address = Address.decode(field)
                    if let address { ListenerAddresses.checkIsNoName(address, at: field) }
                    return address
                },
                accessLog: logs,
                profilePath: message.string("profile_path"),
                source: message.source)
        }
    }
}

extension StaticResources {
    static func decode(_ field: Field) -> StaticResources? {
        field.message("envoy.config.bootstrap.v3.Bootstrap.StaticResources") { message in
            // Clusters first: the listeners' routes refer to them.
            let clusters = message.each("clusters", Cluster.decode)
            let listeners = message.each("listeners", Listener.decode)
            return StaticResources(listeners: listeners, clusters: clusters)
        }
    }
}
