extension ConnectionPool {
    static func decode(_ field: Field) -> ConnectionPool? {
        field.message("networking.istio.io.ConnectionPoolSettings") { message in
            var pool = ConnectionPool()
            pool.source = message.source
            if !message.has("tcp"), !message.has("http") { field.report(.emptyPool) }
            message["tcp"].map { pool.readTCP($0) }
            message["http"].map { pool.readHTTP($0) }
            return pool
        }
    }

    private mutating func readTCP(_ field: Field) {
        field.read("networking.istio.io.TCPSettings") { message in
            maxConnections = message.count("max_connections")
            connectTimeout = message["connect_timeout"]?.ruleDuration()
            maxConnectionDuration = message["max_connection_duration"]?.ruleDuration()
            tcpIdleTimeout = message["idle_timeout"]?.looseDuration()
            tcpKeepalive = message["tcp_keepalive"].flatMap(Keepalive.decode)
        }
    }

    private mutating func readHTTP(_ field: Field) {
        field.read("networking.istio.io.HTTPSettings") { message in
            http1MaxPendingRequests = message.count("http1_max_pending_requests")
            http2MaxRequests = message.count("http2_max_requests")
            maxRequestsPerConnection = message.count("max_requests_per_connection")
            maxRetries = message.count("max_retries")
            httpIdleTimeout = message["idle_timeout"]?.ruleDuration()
            h2UpgradePolicy =
                message["h2_upgrade_policy"]?.enumeration(
                    ["DEFAULT": .default, "DO_NOT_UPGRADE": .doNotUpgrade, "UPGRADE": .upgrade]) ?? .default
            let client = message["use_client_protocol"]
            useClientProtocol = client?.bool() ?? false
            if useClientProtocol, h2UpgradePolicy == .upgrade { client?.report(.upgradeOfClientProtocol) }
            maxConcurrentStreams = message.count("max_concurrent_streams")
            http2Keepalive = message["http2_keep_alive"].flatMap(HTTP2Keepalive.decode)
        }
    }
}

extension ConnectionPool.Keepalive {
    fileprivate static func decode(_ field: Field) -> Self? {
        field.message("networking.istio.io.TcpKeepalive") { message in
            var keepalive = Self()
            keepalive.probes = message.uint32("probes")
            keepalive.time = message["time"]?.ruleDuration()
            keepalive.interval = message["interval"]?.ruleDuration()
            return keepalive
        }
    }
}

extension ConnectionPool.HTTP2Keepalive {
    fileprivate static func decode(_ field: Field) -> Self? {
        field.message("networking.istio.io.ConnectionKeepalive") { message in
            let interval = message.required("interval")?.ruleDuration()
            let timeout = message.required("timeout")?.ruleDuration()
            guard let interval, let timeout else { return nil }
            return Self(interval: interval, timeout: timeout)
        }
    }
}

extension Message {
    /// A number that Istio's types let be negative, and its rules do not.
    func count(_ name: String, most: Int32 = .max) -> UInt32? {
        self[name]?.integer(Int32.self, in: 0...most).map(UInt32.init)
    }
}
