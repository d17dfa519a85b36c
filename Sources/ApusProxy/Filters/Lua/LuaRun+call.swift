import CLua
import NIOCore

// httpCall(cluster, headers, body, timeout_ms, asynchronous), or with a table of options in the place of the last two.

extension LuaRun {
    private struct CallOptions {
        var milliseconds: Int64 = 0
        var isAsynchronous = false
        var repeatsHeaders = false
        var sendsForwardedFor = true
    }

    func httpCall(_ L: OpaquePointer) -> Int32 {
        // With a table of options there are no others.
        let hasOptions = lua_type(L, 5) == LUA_TTABLE
        guard hasOptions || lua_type(L, 6) == LUA_TNONE || lua_type(L, 6) == LUA_TBOOLEAN else {
            return fail(L, "http call asynchronous flag must be 'true', 'false', or empty")
        }
        guard let name = luaText(L, 2), isText(L, 2) else { return badArgument(L, 1, .httpCall) }
        guard lua_type(L, 3) == LUA_TTABLE else { return badArgument(L, 2, .httpCall, "table") }
        let cluster = exchange.cluster(named: name)
        guard cluster != nil || state.observer != nil else {
            return fail(L, "http call cluster invalid. Must be configured")
        }
        guard apus_lua_is_nil(L, 4) || isText(L, 4) else { return badArgument(L, 3, .httpCall) }
        let options: CallOptions
        do { options = try readOptions(L) } catch { return fail(L, "\(error)") }
        if options.milliseconds < 0 { return fail(L, "http call timeout must be >= 0") }
        // Before anything is begun: an answer to nobody would come to whoever runs here then.
        guard options.isAsynchronous || mayWait(L) else { return fail(L, Self.cannotWait) }
        let head = Head()
        if let problem = fill(head, from: 3, L, .httpCall) { return fail(L, problem) }
        guard head.path.count > 0, head.method.count > 0, head.authority.count > 0 else {
            return fail(L, "http call headers must include ':path', ':method', and ':authority'")
        }
        if HTTP1Bytes.containsBlank(head.path) || !HTTP1Bytes.isTokenText(head.method) {
            return fail(L, "http call headers must have a method and a path that HTTP allows")
        }
        let body = apus_lua_is_nil(L, 4) ? nil : luaBytes(L, 4).map { ByteBuffer(bytes: $0) }
        complete(head, body, options)
        if let observer = state.observer { return watched(name, head, body, options, observer, L) }
        guard let cluster else { return 0 }
        let call = LuaCall(
            cluster, head, body: body, run: options.isAsynchronous ? nil : self, script: state.script,
            repeatsHeaders: options.repeatsHeaders)
        if options.isAsynchronous {
            call.start(timeout: options.milliseconds * 1_000_000)
            return 0
        }
        self.call = call
        // An answer may be there at once; then there is nothing to wait for.
        call.start(timeout: options.milliseconds * 1_000_000)
        guard call.isOver else { return wait(for: .call, L) }
        forgetObjects()
        return callResults(L)
    }

    /// The answer comes from who watches the script, at once.
    private func watched(
        _ cluster: String, _ head: Head, _ body: ByteBuffer?, _ options: CallOptions, _ observer: any LuaObserver,
        _ L: OpaquePointer
    ) -> Int32 {
        var message = ScriptMessage(head)
        if let body { message.chunks = [Array(body.readableBytesView)] }
        let given = observer.called(
            ScriptCall(
                cluster: cluster, request: message, milliseconds: Int(clamping: options.milliseconds),
                isAsynchronous: options.isAsynchronous))
        if options.isAsynchronous { return 0 }
        let answer = given ?? .unavailable
        // As after a wait for a real one.
        forgetObjects()
        let head = Head()
        answer.fill(head)
        return push(head, body: ByteBuffer(bytes: answer.body ?? []), repeats: options.repeatsHeaders, L)
    }

    /// What Envoy's own client says of itself, and the length.
    private func complete(_ head: Head, _ body: ByteBuffer?, _ options: CallOptions) {
        head.remove(.transferEncoding)
        head.remove(.contentLength)
        if let body, body.readableBytes > 0 { withUnsafeDecimal(body.readableBytes) { head.set(.contentLength, $0) } }
        if options.milliseconds > 0 {
            withUnsafeDecimal(Int(options.milliseconds)) { head.set(.xEnvoyExpectedRqTimeoutMs, $0) }
        }
        head.set(.xEnvoyInternal, "true")
        if options.sendsForwardedFor { ForwardingHeaders.appendForwardedFor(head, exchange.connection.localHost) }
    }

    private func readOptions(_ L: OpaquePointer) throws -> CallOptions {
        var options = CallOptions()
        guard lua_type(L, 5) == LUA_TTABLE else {
            var isNumber: Int32 = 0
            options.milliseconds = apus_lua_integer(L, 5, &isNumber)
            if isNumber == 0 {
                throw LuaFailure("bad argument #4 to 'httpCall' (number expected, got \(typeName(L, 5)))")
            }
            options.isAsynchronous = lua_toboolean(L, 6) != 0
            return options
        }
        lua_pushnil(L)
        while lua_next(L, 5) != 0 {
            defer { apus_lua_pop(L, 1) }
            guard lua_type(L, -2) == LUA_TSTRING, let name = luaText(L, -2) else {
                // A copy: luaText would change the key.
                lua_pushvalue(L, -2)
                defer { apus_lua_pop(L, 1) }
                throw LuaFailure("\"\(luaText(L, -1) ?? typeName(L, -1))\" is not valid key for httpCall() options")
            }
            let flag = lua_toboolean(L, -1) != 0
            switch name {
            case "asynchronous": options.isAsynchronous = flag
            case "timeout_ms":
                var isNumber: Int32 = 0
                options.milliseconds = apus_lua_integer(L, -1, &isNumber)
                if isNumber == 0 { throw LuaFailure(problemOnTop(L, .httpCall, "number")) }
            case "return_duplicate_headers": options.repeatsHeaders = flag
            case "send_xff": options.sendsForwardedFor = flag
            // Apus makes no traces yet.
            case "trace_sampled": break
            default:
                throw LuaFailure("\"\(name)\" is not valid key for httpCall() options")
            }
        }
        return options
    }

    /// The answer's headers as a table, and its body or nil.
    func callResults(_ L: OpaquePointer) -> Int32 {
        guard let call else { return 0 }
        self.call = nil
        return push(call.answer, body: call.answerBody, repeats: call.repeatsHeaders, L)
    }

    private func push(_ answer: Head, body: ByteBuffer, repeats: Bool, _ L: OpaquePointer) -> Int32 {
        lua_createtable(L, 0, Int32(clamping: answer.slotCount + 1))
        luaPush(L, ":status")
        withUnsafeDecimal(answer.status) { luaPush(L, $0) }
        lua_rawset(L, -3)
        answer.forEachField { name, value in add(name, value, repeats: repeats, L) }
        if body.readableBytes > 0 {
            body.withUnsafeReadableBytes { luaPush(L, $0.bindMemory(to: UInt8.self)) }
        } else {
            lua_pushnil(L)
        }
        return 2
    }

    /// Of a name that came twice the last value is kept, or all in a list.
    private func add(_ name: Bytes, _ value: Bytes, repeats: Bool, _ L: OpaquePointer) {
        luaPush(L, name)
        if repeats {
            lua_pushvalue(L, -1)
            lua_rawget(L, -3)
            let type = lua_type(L, -1)
            if type == LUA_TTABLE {
                luaPush(L, value)
                lua_rawseti(L, -2, lua_Integer(lua_rawlen(L, -2)) + 1)
                return apus_lua_pop(L, 2)
            }
            if type == LUA_TSTRING {
                lua_createtable(L, 2, 0)
                lua_pushvalue(L, -2)
                lua_rawseti(L, -2, 1)
                luaPush(L, value)
                lua_rawseti(L, -2, 2)
                lua_copy(L, -1, -2)
                apus_lua_pop(L, 1)
                return lua_rawset(L, -3)
            }
            apus_lua_pop(L, 1)
        }
        luaPush(L, value)
        lua_rawset(L, -3)
    }
}
