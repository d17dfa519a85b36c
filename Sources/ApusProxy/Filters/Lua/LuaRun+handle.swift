import ApusConfig
import CLua
import Logging
import NIOCore

// The methods of the handle. Each gets its arguments from 2 on (1 is the object itself) and returns how many results it
// has pushed. None may call what could run scripts or raise an error of Lua's.

extension LuaRun {
    func call(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        switch method {
        // As the request stands now, for scripts that look at the answer; it is gone and can no longer be changed.
        case .requestHeaders:
            return push(.headers, L, (direction == .request ? HeadersSource.message : .earlierRequest).rawValue)
        case .body: return body(L)
        case .bodyChunks:
            if tookBody { return fail(L, "cannot call bodyChunks after body()") }
            if isStreaming { return fail(L, "cannot call bodyChunks after body processing has begun") }
            apus_lua_push_iterator(L, 1, LuaMethod.nextChunk.rawValue)
            return 1
        case .nextChunk: return nextChunk(L)
        case .trailers: return trailers(L)
        case .respond: return respond(L)
        case .httpCall: return httpCall(L)
        case .metadata: return push(.metadata, L, MetadataSource.route.rawValue)
        case .filterContext: return push(.metadata, L, MetadataSource.filterContext.rawValue)
        case .streamInfo: return push(.streamInfo, L)
        case .connection: return push(.connection, L)
        case .connectionStreamInfo: return push(.connectionStreamInfo, L)
        case .virtualHost: return push(.virtualHost, L)
        case .route: return push(.route, L)
        case .shared: return push(.shared, L)
        case .stats: return push(.stats, L)
        case .statsCounter, .statsGauge, .statsHistogram, .counterInc, .counterAdd, .counterValue, .gaugeInc, .gaugeDec,
            .gaugeAdd, .gaugeSub, .gaugeSet, .gaugeValue, .histogramRecordValue:
            return callStats(L, method)
        case .logTrace: return log(.trace, L)
        case .logDebug: return log(.debug, L)
        case .logInfo: return log(.info, L)
        case .logWarn: return log(.warning, L)
        case .logErr: return log(.error, L)
        case .logCritical: return log(.critical, L)
        case .base64Escape:
            guard let bytes = luaBytes(L, 2) else {
                return fail(L, "bad argument #1 to 'base64Escape' (string expected)")
            }
            luaPush(L, Base64.encode(bytes))
            return 1
        case .base64Decode:
            guard let bytes = luaBytes(L, 2) else {
                return fail(L, "bad argument #1 to 'base64Decode' (string expected)")
            }
            if let decoded = Base64.decode([UInt8](bytes)) {
                decoded.withUnsafeBufferPointer { luaPush(L, $0) }
            } else {
                lua_pushnil(L)
            }
            return 1
        case .timestamp: return timestamp(L, name: "timestamp")
        case .timestampString: return timestamp(L, name: "timestampString")
        case .importPublicKey: return importPublicKey(L)
        case .verifySignature: return verifySignature(L)
        case .publicKeyGet: return publicKeyGet(L)
        case .setUpstreamOverrideHost: return setUpstreamOverrideHost(L)
        case .clearRouteCache:
            state.observer?.clearedRouteCache()
            if direction == .request, !isStreaming { changedHead = true }
            return 0
        case .headersGetAtIndex, .headersGetNumValues, .headersRemove, .headersSetHttp1ReasonPhrase, .headersPairs,
            .headersNext:
            return callHeaders(L, method)
        // Direct methods, which do not come this way.
        case .headers, .headersGet, .headersAdd, .headersReplace: return 0
        case .bufferLength, .bufferGetBytes, .bufferSetBytes: return callBuffer(L, method)
        case .sharedGet, .sharedSet, .sharedIncr: return callShared(L, method)
        case .print, .require: return 0
        default: return callInfo(L, method)
        }
    }

    /// Pushes what a method gives that has waited.
    func results(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        switch method {
        case .body: return body(L)
        case .nextChunk:
            if buffer != nil { return push(.buffer, L) }
            lua_pushnil(L)
            return 1
        case .trailers: return trailers(L)
        case .httpCall: return callResults(L)
        default: return 0
        }
    }

    func push(_ kind: LuaClass, _ L: OpaquePointer, _ detail: Int64 = 0) -> Int32 {
        apus_lua_push_object(state.lua, L, kind.rawValue, raw, detail)
        return 1
    }

    // MARK: Body

    private var messageIsComplete: Bool {
        direction == .request ? exchange.isRequestComplete : exchange.isAnswerComplete
    }

    private func body(_ L: OpaquePointer) -> Int32 {
        if isStreaming { return fail(L, "cannot call body() after body streaming has started") }
        guard messageIsComplete else {
            return wait(for: .body, L)
        }
        let always = lua_toboolean(L, 2) != 0
        if !tookBody {
            guard
                let whole = direction == .request
                    ? exchange.wholeRequestBody(before: position) : exchange.wholeAnswerBody(before: position)
            else {
                guard always else {
                    lua_pushnil(L)
                    return 1
                }
                tookBody = true
                buffer = ByteBuffer()
                if direction == .request { exchange.forcesBody = true }
                return push(.buffer, L)
            }
            if direction == .request, whole.readableBytes > bodyLimit {
                answer = .payloadTooLarge
                return wait(for: .end, L)
            }
            buffer = whole
            tookBody = true
            // Whether the body was here already is chance, and scripts must not depend on it: as after a wait, objects
            // taken before are dead.
            raw.pointee.objects &+= 1
        }
        return push(.buffer, L)
    }

    private func nextChunk(_ L: OpaquePointer) -> Int32 {
        if sawEnd {
            lua_pushnil(L)
            return 1
        }
        return wait(for: .chunk, L)
    }

    // MARK: Trailers

    private func trailers(_ L: OpaquePointer) -> Int32 {
        let trailers = direction == .request ? exchange.requestTrailers : exchange.responseTrailers
        let isOver = sawEnd || messageIsComplete && (tookBody || !hasBodyUnderWay)
        if trailers != nil, isOver { return push(.headers, L, HeadersSource.trailers.rawValue) }
        if isOver {
            lua_pushnil(L)
            return 1
        }
        return wait(for: .trailers, L)
    }

    private var hasBodyUnderWay: Bool {
        direction == .request ? exchange.bufferedRequestBytes > 0 : exchange.queuedAnswerBytes > 0
    }

    // MARK: Answers

    private func respond(_ L: OpaquePointer) -> Int32 {
        guard direction == .request else { return fail(L, "respond not currently supported in the response path") }
        if isStreaming { return fail(L, "respond() cannot be called if headers have been continued") }
        guard mayWait(L) else { return fail(L, Self.cannotWait) }
        guard lua_type(L, 2) == LUA_TTABLE else { return fail(L, "bad argument #1 to 'respond' (table expected)") }
        let head = Head()
        if let problem = fill(head, from: 2, L) { return fail(L, problem) }
        guard (200..<600).contains(head.status) else { return fail(L, ":status must be between 200-599") }
        var reply = LocalReply(status: head.status, details: "lua_response")
        if let body = luaBytes(L, 3) { reply.data = ByteBuffer(bytes: body) }
        reply.adjust = { target in
            head.forEachField { name, value in
                // Lengths are the proxy's own business.
                let name = HeaderName(lowercase: name)
                if name.kind != .known(.contentLength), name.kind != .known(.transferEncoding) {
                    target.add(name, value)
                }
            }
        }
        answer = reply
        return wait(for: .end, L)
    }

    /// Fills a head from a table of names with a value or a list of values. Returns what is wrong with it.
    func fill(_ head: Head, from table: Int32, _ L: OpaquePointer) -> String? {
        lua_pushnil(L)
        while lua_next(L, table) != 0 {
            guard lua_type(L, -2) == LUA_TSTRING, let name = state.headerName(L, -2) else {
                apus_lua_pop(L, 2)
                return "a header's name must be a string that HTTP allows"
            }
            if let problem = add(name, L, -1, to: head) {
                apus_lua_pop(L, 2)
                return problem
            }
            apus_lua_pop(L, 1)
        }
        return nil
    }

    private func add(_ name: HeaderName, _ L: OpaquePointer, _ index: Int32, to head: Head) -> String? {
        if lua_type(L, index) == LUA_TTABLE {
            let list = lua_absindex(L, index)
            for i in 1...max(lua_Integer(lua_rawlen(L, list)), 1) {
                lua_rawgeti(L, list, i)
                defer { apus_lua_pop(L, 1) }
                guard let value = luaBytes(L, -1), HTTP1Bytes.isFieldValue(value) else { return Self.badValue }
                head.add(name, value)
            }
            return nil
        }
        // Not converted in place: the table's iteration needs its keys and values as they are.
        lua_pushvalue(L, index)
        defer { apus_lua_pop(L, 1) }
        guard let value = luaBytes(L, -1), HTTP1Bytes.isFieldValue(value) else { return Self.badValue }
        head.add(name, value)
        return nil
    }

    static let badValue = "a header's value must be a string without control characters"

    // MARK: Small things

    private func log(_ level: Logger.Level, _ L: OpaquePointer) -> Int32 {
        guard let text = luaText(L, 2) else { return fail(L, "bad argument #1 (string expected)") }
        state.log(level, text)
        return 0
    }

    private func timestamp(_ L: OpaquePointer, name: String) -> Int32 {
        let now = state.clock()
        var resolution: Int64 = 0
        if lua_gettop(L) >= 2, !apus_lua_is_nil(L, 2) {
            var isNumber: Int32 = 0
            resolution = apus_lua_integer(L, 2, &isNumber)
            if isNumber == 0 || !(0...1).contains(resolution) {
                return fail(L, "timestamp format must be MILLISECOND or MICROSECOND.")
            }
        }
        let value =
            resolution == 1
            ? now.seconds * 1_000_000 + now.nanoseconds / 1000 : now.seconds * 1000 + now.nanoseconds / 1_000_000
        if name == "timestamp" { lua_pushinteger(L, lua_Integer(value)) } else { luaPush(L, "\(value)") }
        return 1
    }

    private func setUpstreamOverrideHost(_ L: OpaquePointer) -> Int32 {
        guard direction == .request else {
            return fail(L, "setUpstreamOverrideHost() is not supported in the response path")
        }
        guard let host = luaText(L, 2), !host.isEmpty, lua_type(L, 2) == LUA_TSTRING else {
            return fail(L, "setUpstreamOverrideHost() expects an address with its port")
        }
        exchange.overrideHost = (host, strict: lua_toboolean(L, 3) != 0)
        return 0
    }
}
