import ApusConfig
import CLua

/// Where a metadata object takes its values from.
enum MetadataSource: Int64 {
    case route, filterContext, virtualHost
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
        case .infoDynamicMetadata, .connectionInfoDynamicMetadata: return push(.dynamicMetadata, L)
        // Typed metadata comes from filters and network filters that Apus does not have; neither is there TLS yet.
        case .infoDynamicTypedMetadata, .connectionInfoDynamicTypedMetadata, .infoDownstreamSslConnection,
            .connectionSsl:
            lua_pushnil(L)
        case .filterStateGet:
            guard let name = luaText(L, 2), case .string(let text)? = exchange.dynamicMetadata[Self.filterState]?[name]
            else {
                return pushNil(L)
            }
            luaPush(L, text)
        case .filterStateSet: return filterStateSet(L)
        case .infoFilterState: return push(.filterState, L)
        case .infoDrainConnectionUponCompletion:
            exchange.downstream?.closeAfterAnswer()
            return 0
        case .routeMetadata: return push(.metadata, L, MetadataSource.route.rawValue)
        case .virtualHostMetadata: return push(.metadata, L, MetadataSource.virtualHost.rawValue)
        case .metadataGet: return metadataGet(L)
        case .metadataPairs: return pushIterator(L, .metadataNext)
        case .metadataNext: return next(L, metadata(L, apus_lua_upvalue(2)))
        case .dynamicGet:
            guard let name = luaText(L, 2), let value = exchange.dynamicMetadata[name] else { return pushNil(L) }
            LuaValue.push(value, L)
        case .dynamicSet: return dynamicSet(L)
        case .dynamicPairs: return pushIterator(L, .dynamicNext)
        case .dynamicNext:
            let names = exchange.dynamicMetadata.keys.filter { $0 != Self.filterState }.sorted()
            return next(L, .object(names.map { ConfigMember(name: $0, value: exchange.dynamicMetadata[$0] ?? .null) }))
        default: return 0
        }
        return 1
    }

    /// Where filter state is kept: no namespace that a script or a format could name.
    private static let filterState = "\u{0}filter_state"

    /// Strings are what can be kept; other objects of Envoy's have factories that Apus does not have.
    private func filterStateSet(_ L: OpaquePointer) -> Int32 {
        guard let factory = luaText(L, 2), let name = luaText(L, 3), let value = luaText(L, 4) else {
            return fail(L, "bad argument to 'set' (factory, name and value expected)")
        }
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

    private func pushNil(_ L: OpaquePointer) -> Int32 {
        lua_pushnil(L)
        return 1
    }

    private func pushIterator(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        apus_lua_push_iterator(L, 1, method.rawValue)
        return 1
    }

    private func address(_ host: String, _ port: Int) -> String {
        Address.socket(host: host, port: UInt16(clamping: port)).description
    }

    // MARK: Metadata

    private func metadata(_ L: OpaquePointer, _ index: Int32) -> ConfigValue? {
        guard let detail = apus_lua_to_object(L, index)?.pointee.detail, let source = MetadataSource(rawValue: detail)
        else {
            return nil
        }
        switch source {
        case .filterContext: return filter?.context
        case .route: return find(exchange.route?.policy.metadata)
        case .virtualHost: return find(exchange.route?.virtualHost.metadata)
        }
    }

    /// By the filter's name in the configuration, else by its well-known one.
    private func find(_ metadata: Metadata?) -> ConfigValue? {
        guard let metadata, let filter else { return nil }
        return metadata.filterMetadata[filter.name] ?? metadata.filterMetadata["envoy.filters.http.lua"]
    }

    private func metadataGet(_ L: OpaquePointer) -> Int32 {
        guard let name = luaText(L, 2), let value = metadata(L, 1)?[name] else { return pushNil(L) }
        LuaValue.push(value, L)
        return 1
    }

    /// The next member of an object.
    private func next(_ L: OpaquePointer, _ value: ConfigValue?) -> Int32 {
        let at = Int(apus_lua_counter(L))
        guard case .object(let members)? = value, at < members.count else { return pushNil(L) }
        apus_lua_set_counter(L, Int64(at + 1))
        luaPush(L, members[at].name)
        LuaValue.push(members[at].value, L)
        return 2
    }

    private func dynamicSet(_ L: OpaquePointer) -> Int32 {
        guard let namespace = luaText(L, 2), let key = luaText(L, 3) else {
            return fail(L, "bad argument to 'set' (namespace, key and value expected)")
        }
        do {
            setMember(key, try LuaValue.read(L, 4), of: namespace)
            return 0
        } catch {
            return fail(L, "\(error)")
        }
    }
}
