/// The classes of the handle API. The objects of `handle`, which is 0, outlive a wait, and those of `shared` and all
/// behind it, which is APUS_LUA_LASTING.
enum LuaClass: Int32, CaseIterable {
    case handle, headers, buffer, metadata, streamInfo, dynamicMetadata, connection, connectionStreamInfo, publicKey
    case route, virtualHost, filterState, shared, stats, counter, gauge, histogram

    /// What the language server's annotations and error messages call it.
    var name: String {
        switch self {
        case .handle: "Handle"
        case .headers: "Headers"
        case .buffer: "Buffer"
        case .metadata: "Metadata"
        case .streamInfo: "StreamInfo"
        case .dynamicMetadata: "DynamicMetadata"
        case .connection: "Connection"
        case .connectionStreamInfo: "ConnectionStreamInfo"
        case .publicKey: "PublicKey"
        case .route: "Route"
        case .virtualHost: "VirtualHost"
        case .filterState: "FilterState"
        case .shared: "Shared"
        case .stats: "Stats"
        case .counter: "Counter"
        case .gauge: "Gauge"
        case .histogram: "Histogram"
        }
    }
}

/// Every method that scripts can call. The number is what a call from Lua carries.
enum LuaMethod: Int32, CaseIterable {
    // Handle
    case headers, requestHeaders, body, bodyChunks, trailers, respond, httpCall, metadata, streamInfo, connection,
        connectionStreamInfo
    case logTrace, logDebug, logInfo, logWarn, logErr, logCritical
    case base64Escape, base64Decode, timestamp, timestampString, importPublicKey, verifySignature
    case setUpstreamOverrideHost, clearRouteCache, filterContext, virtualHost, route, shared, stats
    case nextChunk
    // Headers
    case headersAdd, headersGet, headersGetAtIndex, headersGetNumValues, headersReplace, headersRemove
    case headersSetHttp1ReasonPhrase, headersPairs, headersNext
    // Buffer
    case bufferLength, bufferGetBytes, bufferSetBytes
    // Metadata
    case metadataGet, metadataPairs, metadataNext
    // Stream info
    case infoProtocol, infoRouteName, infoVirtualClusterName
    case infoDownstreamLocalAddress, infoDownstreamDirectLocalAddress
    case infoDownstreamRemoteAddress, infoDownstreamDirectRemoteAddress
    case infoRequestedServerName, infoDownstreamSslConnection, infoDynamicMetadata, infoDynamicTypedMetadata
    case infoFilterState, infoDrainConnectionUponCompletion
    // Dynamic metadata
    case dynamicGet, dynamicSet, dynamicPairs, dynamicNext
    // Connection
    case connectionSsl, connectionInfoDynamicMetadata, connectionInfoDynamicTypedMetadata
    case publicKeyGet
    case routeMetadata, virtualHostMetadata
    case filterStateGet, filterStateSet
    case sharedGet, sharedSet, sharedIncr
    case statsCounter, statsGauge, statsHistogram
    case counterInc, counterAdd, counterValue, gaugeInc, gaugeDec, gaugeAdd, gaugeSub, gaugeSet, gaugeValue
    case histogramRecordValue
    // Functions
    case print, require

    /// The methods that every object has.
    static let ofAll: [LuaMethod] = [.logTrace, .logDebug, .logInfo, .logWarn, .logErr, .logCritical]

    /// The class and the name by which scripts know a method; nil for functions and iterators' steps.
    var place: (of: LuaClass, name: String)? {
        switch self {
        case .nextChunk, .headersNext, .metadataNext, .dynamicNext, .print, .require: nil
        case .headersAdd: (.headers, "add")
        case .headersGet: (.headers, "get")
        case .headersGetAtIndex: (.headers, "getAtIndex")
        case .headersGetNumValues: (.headers, "getNumValues")
        case .headersReplace: (.headers, "replace")
        case .headersRemove: (.headers, "remove")
        case .headersSetHttp1ReasonPhrase: (.headers, "setHttp1ReasonPhrase")
        case .headersPairs: (.headers, "__pairs")
        case .bufferLength: (.buffer, "length")
        case .bufferGetBytes: (.buffer, "getBytes")
        case .bufferSetBytes: (.buffer, "setBytes")
        case .metadataGet: (.metadata, "get")
        case .metadataPairs: (.metadata, "__pairs")
        case .infoProtocol: (.streamInfo, "protocol")
        case .infoRouteName: (.streamInfo, "routeName")
        case .infoVirtualClusterName: (.streamInfo, "virtualClusterName")
        case .infoDownstreamLocalAddress: (.streamInfo, "downstreamLocalAddress")
        case .infoDownstreamDirectLocalAddress: (.streamInfo, "downstreamDirectLocalAddress")
        case .infoDownstreamRemoteAddress: (.streamInfo, "downstreamRemoteAddress")
        case .infoDownstreamDirectRemoteAddress: (.streamInfo, "downstreamDirectRemoteAddress")
        case .infoRequestedServerName: (.streamInfo, "requestedServerName")
        case .infoDownstreamSslConnection: (.streamInfo, "downstreamSslConnection")
        case .infoDynamicMetadata: (.streamInfo, "dynamicMetadata")
        case .infoDynamicTypedMetadata: (.streamInfo, "dynamicTypedMetadata")
        case .infoFilterState: (.streamInfo, "filterState")
        case .infoDrainConnectionUponCompletion: (.streamInfo, "drainConnectionUponCompletion")
        case .dynamicGet: (.dynamicMetadata, "get")
        case .dynamicSet: (.dynamicMetadata, "set")
        case .dynamicPairs: (.dynamicMetadata, "__pairs")
        case .connectionSsl: (.connection, "ssl")
        case .connectionInfoDynamicMetadata: (.connectionStreamInfo, "dynamicMetadata")
        case .connectionInfoDynamicTypedMetadata: (.connectionStreamInfo, "dynamicTypedMetadata")
        case .publicKeyGet: (.publicKey, "get")
        case .routeMetadata: (.route, "metadata")
        case .virtualHostMetadata: (.virtualHost, "metadata")
        case .filterStateGet: (.filterState, "get")
        case .filterStateSet: (.filterState, "set")
        case .sharedGet: (.shared, "get")
        case .sharedSet: (.shared, "set")
        case .sharedIncr: (.shared, "incr")
        case .statsCounter: (.stats, "counter")
        case .statsGauge: (.stats, "gauge")
        case .statsHistogram: (.stats, "histogram")
        case .counterInc: (.counter, "inc")
        case .counterAdd: (.counter, "add")
        case .counterValue: (.counter, "value")
        case .gaugeInc: (.gauge, "inc")
        case .gaugeDec: (.gauge, "dec")
        case .gaugeAdd: (.gauge, "add")
        case .gaugeSub: (.gauge, "sub")
        case .gaugeSet: (.gauge, "set")
        case .gaugeValue: (.gauge, "value")
        case .histogramRecordValue: (.histogram, "recordValue")
        default: (.handle, "\(self)")
        }
    }
}
