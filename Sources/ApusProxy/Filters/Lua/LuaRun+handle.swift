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
            if tookBody || isStreaming { return fail(L, "cannot call bodyChunks after body processing has begun") }
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
        case .logTrace: return log(.trace, L, method)
        case .logDebug: return log(.debug, L, method)
        case .logInfo: return log(.info, L, method)
        case .logWarn: return log(.warning, L, method)
        case .logErr: return log(.error, L, method)
        case .logCritical: return log(.critical, L, method)
        case .base64Escape:
            guard let bytes = luaBytes(L, 2) else {
                return badArgument(L, 1, method)
            }
            luaPush(L, Base64.encode(bytes))
            return 1
        case .base64Decode:
            guard let bytes = luaBytes(L, 2) else {
                return badArgument(L, 1, method)
            }
            if let decoded = Base64.decode([UInt8](bytes)) {
                decoded.withUnsafeBufferPointer { luaPush(L, $0) }
            } else {
                lua_pushnil(L)
            }
            return 1
        case .timestamp: return timestamp(L, method)
        case .timestampString: return timestamp(L, method)
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
            return buffer == nil ? 0 : push(.buffer, L)
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

    private func advance() {
        if direction == .request {
            exchange.advanceQueue(to: position)
        } else {
            exchange.passQueuedAnswer(from: position + 1)
        }
    }

    private func body(_ L: OpaquePointer) -> Int32 {
        guard lua_type(L, 2) == LUA_TNONE || lua_type(L, 2) == LUA_TBOOLEAN else {
            return badArgument(L, 1, .body, "boolean")
        }
        if isStreaming {
            return fail(L, "cannot call body() after body \(sawEnd ? "has been streamed" : "streaming has started")")
        }
        // What has come is shown to the filters before this one; one of them may hold it back.
        if messageIsComplete { advance() }
        guard messageIsComplete else { return wait(for: .body, L) }
        let always = lua_toboolean(L, 2) != 0
        if !tookBody {
            guard
                let whole = direction == .request
                    ? exchange.wholeRequestBody(before: position) : exchange.wholeAnswerBody(before: position)
            else {
                guard always else { return 0 }
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
            forgetObjects()
        }
        return push(.buffer, L)
    }

    private func nextChunk(_ L: OpaquePointer) -> Int32 {
        sawEnd ? 0 : wait(for: .chunk, L)
    }

    // MARK: Trailers

    private func trailers(_ L: OpaquePointer) -> Int32 {
        let trailers = direction == .request ? exchange.requestTrailers : exchange.responseTrailers
        let isOver = sawEnd || messageIsComplete && (tookBody || !hasBodyUnderWay)
        if trailers != nil, isOver { return push(.headers, L, HeadersSource.trailers.rawValue) }
        return isOver ? 0 : wait(for: .trailers, L)
    }

    private var hasBodyUnderWay: Bool {
        direction == .request ? exchange.bufferedRequestBytes > 0 : exchange.queuedAnswerBytes > 0
    }

    // MARK: Answers

    private func respond(_ L: OpaquePointer) -> Int32 {
        guard direction == .request else { return fail(L, "respond not currently supported in the response path") }
        if isStreaming { return fail(L, "respond() cannot be called if headers have been continued") }
        guard mayWait(L) else { return fail(L, Self.cannotWait) }
        guard lua_type(L, 2) == LUA_TTABLE else { return badArgument(L, 1, .respond, "table") }
        guard apus_lua_is_nil(L, 3) || isText(L, 3) else { return badArgument(L, 2, .respond) }
        let head = Head()
        if let problem = fill(head, from: 2, L, .respond) { return fail(L, problem) }
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
    func fill(_ head: Head, from table: Int32, _ L: OpaquePointer, _ method: LuaMethod) -> String? {
        lua_pushnil(L)
        while lua_next(L, table) != 0 {
            guard lua_type(L, -2) == LUA_TSTRING, let name = state.headerName(L, -2) else {
                apus_lua_pop(L, 2)
                return Self.badName
            }
            if let problem = add(name, L, method, to: head) {
                apus_lua_pop(L, 2)
                return problem
            }
            apus_lua_pop(L, 1)
        }
        return nil
    }

    /// What is on top of the stack: a value, or a list of them.
    private func add(_ name: HeaderName, _ L: OpaquePointer, _ method: LuaMethod, to head: Head) -> String? {
        if lua_type(L, -1) == LUA_TTABLE {
            let list = lua_absindex(L, -1)
            let count = lua_Integer(lua_rawlen(L, list))
            var i: lua_Integer = 0
            while i < count {
                i += 1
                // The key that the library would have there.
                lua_pushinteger(L, i)
                lua_rawgeti(L, list, i)
                defer { apus_lua_pop(L, 2) }
                if let problem = addValue(name, L, method, to: head) { return problem }
            }
            return nil
        }
        // Not converted in place: the table's iteration needs its keys and values as they are.
        guard isText(L, -1) else { return problemOnTop(L, method) }
        lua_pushvalue(L, -1)
        defer { apus_lua_pop(L, 1) }
        return addValue(name, L, method, to: head)
    }

    private func addValue(_ name: HeaderName, _ L: OpaquePointer, _ method: LuaMethod, to head: Head) -> String? {
        guard let value = luaBytes(L, -1) else { return problemOnTop(L, method) }
        guard HTTP1Bytes.isFieldValue(value) else { return Self.badValue }
        head.add(name, value)
        return nil
    }

    static let badName = "a header's name must be a string that HTTP allows"
    static let badValue = "a header's value must be a string without control characters"

    // MARK: Small things

    private func log(_ level: Logger.Level, _ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        guard let bytes = luaBytes(L, 2) else { return badArgument(L, 1, method) }
        state.log(level, bytes.string)
        return 0
    }

    private func timestamp(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        let now = state.clock()
        var resolution: Int64 = 0
        if !apus_lua_is_nil(L, 2) {
            var isNumber: Int32 = 0
            resolution = apus_lua_integer(L, 2, &isNumber)
            // A number of microseconds is more than LuaJIT's numbers hold.
            if isNumber == 0 || !(method == .timestamp ? 0...0 : 0...1).contains(resolution) {
                return fail(
                    L, "timestamp format must be MILLISECOND\(method == .timestamp ? "" : " or MICROSECOND").")
            }
        }
        let value =
            resolution == 1
            ? now.seconds * 1_000_000 + now.nanoseconds / 1000 : now.seconds * 1000 + now.nanoseconds / 1_000_000
        if method == .timestamp { lua_pushinteger(L, lua_Integer(value)) } else { luaPush(L, "\(value)") }
        return 1
    }

    private func setUpstreamOverrideHost(_ L: OpaquePointer) -> Int32 {
        guard let host = luaBytes(L, 2)?.string else { return badArgument(L, 1, .setUpstreamOverrideHost) }
        guard lua_type(L, 3) == LUA_TNONE || lua_type(L, 3) == LUA_TBOOLEAN else {
            return badArgument(L, 2, .setUpstreamOverrideHost, "boolean")
        }
        guard OverrideHost.isAddress(host) else { return fail(L, "host is not a valid IP address") }
        // For an answer the endpoint has been chosen.
        if direction == .request { exchange.overrideHost = (host, strict: lua_toboolean(L, 3) != 0) }
        return 0
    }
}
