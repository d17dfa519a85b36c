import ApusConfig
import CLua

/// Where a metadata object takes its values from.
enum MetadataSource: Int64 {
    case route, filterContext, virtualHost
    /// The route's, by way of `route()`.
    case metadataOfRoute
    /// The connection's, of which there is none: it comes from listener filters that Apus does not have.
    case connection

    var iteration: Iteration {
        switch self {
        case .route: .routeMetadata
        case .filterContext: .filterContext
        case .virtualHost: .virtualHostMetadata
        case .metadataOfRoute: .metadataOfRoute
        case .connection: .connectionMetadata
        }
    }
}

// Stream info, metadata, connection, route: what a script may know.

extension LuaRun {
    func callInfo(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        switch method {
        case .infoProtocol: luaPush(L, exchange.requestVersion.name.bytes)
        case .infoRouteName: luaPush(L, exchange.route?.name ?? "")
        case .infoVirtualClusterName, .infoRequestedServerName: luaPush(L, "")
        case .infoDownstreamLocalAddress, .infoDownstreamDirectLocalAddress:
            luaPush(L, address(exchange.connection.localHost, exchange.connection.localPort))
        case .infoDownstreamDirectRemoteAddress:
            luaPush(L, address(exchange.connection.directRemoteHost, exchange.connection.directRemotePort))
        case .infoDownstreamRemoteAddress:
            luaPush(
                L, address(exchange.remoteHost, exchange.remoteIsDirect ? exchange.connection.directRemotePort : 0))
        case .infoDynamicMetadata: return push(.dynamicMetadata, L)
        case .connectionInfoDynamicMetadata: return push(.metadata, L, MetadataSource.connection.rawValue)
        // Typed metadata comes from filters and network filters that Apus does not have; neither is there TLS yet.
        case .infoDynamicTypedMetadata, .connectionInfoDynamicTypedMetadata:
            guard isText(L, 2) else { return badArgument(L, 1, method) }
            lua_pushnil(L)
        case .infoDownstreamSslConnection, .connectionSsl: lua_pushnil(L)
        case .filterStateGet:
            guard let name = luaBytes(L, 2)?.string else { return badArgument(L, 1, method) }
            // A string has no fields.
            guard apus_lua_is_nil(L, 3), case .string(let text)? = exchange.dynamicMetadata[Self.filterState]?[name]
            else { return 0 }
            luaPush(L, text)
        case .filterStateSet: return filterStateSet(L)
        case .infoFilterState: return push(.filterState, L)
        case .infoDrainConnectionUponCompletion:
            exchange.downstream?.closeAfterAnswer()
            return 0
        case .routeMetadata: return push(.metadata, L, MetadataSource.metadataOfRoute.rawValue)
        case .virtualHostMetadata: return push(.metadata, L, MetadataSource.virtualHost.rawValue)
        case .metadataGet: return metadataGet(L)
        case .metadataPairs:
            guard let source = source(L, 1) else { return 0 }
            return beginIteration(L, over: source.iteration, .metadataNext)
        case .metadataNext:
            guard let source = source(L, apus_lua_upvalue(2)) else { return 0 }
            return next(L, metadata(source), source.iteration)
        case .dynamicGet:
            guard let name = luaBytes(L, 2)?.string else { return badArgument(L, 1, method) }
            guard let value = exchange.dynamicMetadata[name] else { return 0 }
            LuaValue.push(value, L)
        case .dynamicSet: return dynamicSet(L)
        case .dynamicPairs: return beginIteration(L, over: .dynamicMetadata, .dynamicNext)
        case .dynamicNext:
            let names = exchange.dynamicMetadata.keys.filter { $0 != Self.filterState }.sorted()
            let members = names.map { ConfigMember(name: $0, value: exchange.dynamicMetadata[$0] ?? .null) }
            return next(L, .object(members), .dynamicMetadata)
        default: return 0
        }
        return 1
    }

    /// Where filter state is kept: no namespace that a script or a format could name.
    private static let filterState = "\u{0}filter_state"

    /// Strings are what can be kept; other objects of Envoy's have factories that Apus does not have.
    private func filterStateSet(_ L: OpaquePointer) -> Int32 {
        for index: Int32 in 2...4 where !isText(L, index) { return badArgument(L, index - 1, .filterStateSet) }
        guard let name = luaText(L, 2), let factory = luaText(L, 3), let value = luaText(L, 4) else { return 0 }
        guard factory == "envoy.string" || factory == "envoy.hashable_string" else {
            return fail(L, "'\(factory)' does not have an object factory")
        }
        setMember(name, .string(value), of: Self.filterState)
        return 0
    }

    private func setMember(_ name: String, _ value: ConfigValue, of namespace: String) {
        var members: [ConfigMember] = []
        if case .object(let old)? = exchange.dynamicMetadata[namespace] { members = old.filter { $0.name != name } }
        members.append(ConfigMember(name: name, value: value))
        exchange.dynamicMetadata[namespace] = .object(members)
    }

    private func address(_ host: String, _ port: Int) -> String {
        Address.socket(host: host, port: UInt16(clamping: port)).description
    }

    // MARK: Metadata

    private func source(_ L: OpaquePointer, _ index: Int32) -> MetadataSource? {
        apus_lua_to_object(L, index).flatMap { MetadataSource(rawValue: $0.pointee.detail) }
    }

    private func metadata(_ source: MetadataSource) -> ConfigValue? {
        switch source {
        case .filterContext: filter?.context
        case .route, .metadataOfRoute: find(exchange.route?.policy.metadata)
        case .virtualHost: find(exchange.route?.virtualHost.metadata)
        case .connection: nil
        }
    }

    /// By the filter's name in the configuration, else by its well-known one.
    private func find(_ metadata: Metadata?) -> ConfigValue? {
        guard let metadata, let filter else { return nil }
        return metadata.filterMetadata[filter.name] ?? metadata.filterMetadata["envoy.filters.http.lua"]
    }

    private func metadataGet(_ L: OpaquePointer) -> Int32 {
        guard let name = luaBytes(L, 2)?.string else { return badArgument(L, 1, .metadataGet) }
        guard let value = source(L, 1).flatMap({ metadata($0) })?[name] else { return 0 }
        LuaValue.push(value, L)
        return 1
    }

    /// The next member of an object.
    private func next(_ L: OpaquePointer, _ value: ConfigValue?, _ iteration: Iteration) -> Int32 {
        let at = Int(apus_lua_counter(L))
        guard at >= 0 else { return fail(L, Self.outOfScope) }
        guard case .object(let members)? = value, at < members.count else {
            apus_lua_set_counter(L, Int64(Self.iterationIsOver))
            endIteration(over: iteration)
            lua_pushnil(L)
            return 1
        }
        apus_lua_set_counter(L, Int64(at + 1))
        luaPush(L, members[at].name)
        LuaValue.push(members[at].value, L)
        return 2
    }

    private func dynamicSet(_ L: OpaquePointer) -> Int32 {
        if isIterating(over: .dynamicMetadata) {
            return fail(L, "dynamic metadata map cannot be modified while iterating")
        }
        for index: Int32 in 2...3 where !isText(L, index) { return badArgument(L, index - 1, .dynamicSet) }
        guard let namespace = luaText(L, 2), let key = luaText(L, 3) else { return 0 }
        do {
            setMember(key, try LuaValue.read(L, 4), of: namespace)
            return 0
        } catch {
            return fail(L, "\(error)")
        }
    }
}
