import CLua
import NIOCore

/// Whose fields a header object shows.
enum HeadersSource: Int64 {
    /// Those of the message that the script is run for.
    case message
    case trailers
    /// The request's, shown to a script that is run for the answer. It has gone on: changes show in the access log.
    case earlierRequest

    var iteration: Iteration {
        switch self {
        case .message: .headers
        case .trailers: .trailers
        case .earlierRequest: .earlierRequest
        }
    }
}

extension LuaRun {
    func callHeaders(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        let index: Int32 = method == .headersNext ? apus_lua_upvalue(2) : 1
        return withHead(apus_lua_headers_detail(L, index), L) { callHeaders(L, method, $0, $1) }
    }

    /// The methods that Lua calls without asking what they are.
    static let directMethods = apus_lua_direct(
        get: { run, L, detail in
            Unmanaged<LuaRun>.fromOpaque(run)._withUnsafeGuaranteedRef { run in
                run.withHead(detail, L) { head, _ in run.get(L, head) }
            }
        },
        add: { run, L, detail in
            Unmanaged<LuaRun>.fromOpaque(run)._withUnsafeGuaranteedRef { run in
                run.withHead(detail, L) { run.change(L, $0, .headersAdd, $1) }
            }
        },
        replace: { run, L, detail in
            Unmanaged<LuaRun>.fromOpaque(run)._withUnsafeGuaranteedRef { run in
                run.withHead(detail, L) { run.change(L, $0, .headersReplace, $1) }
            }
        })

    /// Calls a method with the head that a header object shows.
    @inline(__always)
    private func withHead(
        _ detail: Int32, _ L: OpaquePointer, _ method: (Head, HeadersSource) -> Int32
    ) -> Int32 {
        // Kept by the exchange, which lives as long as its run; a count for each call would be most of its cost.
        if detail == HeadersSource.message.rawValue {
            return message._withUnsafeGuaranteedRef { method($0, .message) }
        }
        if detail == HeadersSource.earlierRequest.rawValue { return method(exchange.request, .earlierRequest) }
        if detail == HeadersSource.trailers.rawValue, let head = trailersHead { return method(head, .trailers) }
        return fail(L, Self.outOfScope)
    }

    private func callHeaders(_ L: OpaquePointer, _ method: LuaMethod, _ head: Head, _ source: HeadersSource) -> Int32 {
        switch method {
        case .headersRemove:
            if let problem = readOnly(source) { return fail(L, problem) }
            guard let name = headerNames.find(L, 2) else { return isText(L, 2) ? 0 : badArgument(L, 1, method) }
            head.remove(name)
            noteChange(name, source)
            return 0
        case .headersGetAtIndex: return getAtIndex(L, head)
        case .headersGetNumValues:
            guard isText(L, 2) else { return badArgument(L, 1, method) }
            var count = 0
            if let name = headerNames.find(L, 2) {
                if name.kind == .status {
                    count = head.status > 0 ? 1 : 0
                } else {
                    head.forEachValue(name) { _ in count += 1 }
                }
            }
            lua_pushinteger(L, lua_Integer(count))
            return 1
        case .headersSetHttp1ReasonPhrase:
            guard let reason = luaBytes(L, 2) else { return badArgument(L, 1, method) }
            guard direction == .response, source == .message, HTTP1Bytes.isFieldValue(reason) else { return 0 }
            head.setReason(reason)
            head.forwardsReason = true
            return 0
        case .headersPairs: return beginIteration(L, over: source.iteration, .headersNext)
        default: return next(L, head, source)
        }
    }

    private var trailersHead: Head? { direction == .request ? exchange.requestTrailers : exchange.responseTrailers }

    private func readOnly(_ source: HeadersSource) -> String? {
        if isIterating(over: source.iteration) { return "header map cannot be modified while iterating" }
        if isStreaming && source == .message { return "header map can no longer be modified" }
        return nil
    }

    /// The route is looked for again after a change that could lead to another.
    private func noteChange(_ name: HeaderName, _ source: HeadersSource) {
        guard source == .message, direction == .request, !changedHead, clearsRouteCache else { return }
        switch name.kind {
        case .known, .other: changedHead = served._withUnsafeGuaranteedRef { $0.fieldsDecideRoute }
        default: changedHead = true
        }
    }

    /// All values of a name, joined by commas; nothing at all (not even nil) where there is none, as in Envoy.
    private func get(_ L: OpaquePointer, _ head: Head) -> Int32 {
        guard let name = headerNames.find(L, 2) else {
            return isText(L, 2) ? 0 : badArgument(L, 1, .headersGet)
        }
        if name.kind == .status { return pushStatus(L, head) }
        if name.isSingle(in: head) {
            guard let value = head.value(name) else { return 0 }
            luaPush(L, value)
            return 1
        }
        var first: Bytes?
        // Takes no memory as long as nothing is put into it.
        var joined: [UInt8] = []
        head.forEachValue(name) { value in
            guard let one = first else { return first = value }
            if joined.isEmpty { joined.append(contentsOf: one) }
            joined.append(0x2c)
            joined.append(contentsOf: value)
        }
        guard let first else { return 0 }
        if joined.isEmpty { luaPush(L, first) } else { joined.withUnsafeBufferPointer { luaPush(L, $0) } }
        return 1
    }

    private func pushStatus(_ L: OpaquePointer, _ head: Head) -> Int32 {
        guard head.status > 0 else { return 0 }
        withUnsafeDecimal(head.status) { luaPush(L, $0) }
        return 1
    }

    private func getAtIndex(_ L: OpaquePointer, _ head: Head) -> Int32 {
        guard isText(L, 2) else { return badArgument(L, 1, .headersGetAtIndex) }
        var isNumber: Int32 = 0
        let wanted = apus_lua_integer(L, 3, &isNumber)
        guard isNumber != 0 else { return badArgument(L, 2, .headersGetAtIndex, "number") }
        guard let name = headerNames.find(L, 2) else { return 0 }
        if name.kind == .status { return wanted == 0 ? pushStatus(L, head) : 0 }
        var at: Int64 = 0
        var found = false
        head.forEachValue(name) { value in
            if at == wanted {
                luaPush(L, value)
                found = true
            }
            at += 1
        }
        return found ? 1 : 0
    }

    private func change(_ L: OpaquePointer, _ head: Head, _ method: LuaMethod, _ source: HeadersSource) -> Int32 {
        if let problem = readOnly(source) { return fail(L, problem) }
        guard let value = luaBytes(L, 3) else {
            return badArgument(L, isText(L, 2) ? 2 : 1, method)
        }
        guard HTTP1Bytes.isFieldValue(value) else { return fail(L, Self.badValue) }
        guard let name = headerNames.find(L, 2) else {
            return isText(L, 2) ? fail(L, Self.badName) : badArgument(L, 1, method)
        }
        if case .path = name.kind, HTTP1Bytes.containsBlank(value) { return fail(L, "a path cannot hold blanks") }
        if case .method = name.kind, !HTTP1Bytes.isTokenText(value) { return fail(L, "a method must be a token") }
        if method == .headersAdd { add(name, value, to: head) } else { head.set(name, value) }
        noteChange(name, source)
        return 0
    }

    /// Of some names there is one field, whatever is added.
    @inline(__always)
    private func add(_ name: HeaderName, _ value: Bytes, to head: Head) {
        switch name.kind {
        case .known, .other:
            let joined = head.status == 0 ? JoinedHeaders.ofRequests : JoinedHeaders.ofAnswers
            guard joined.contain(name), let first = head.value(name) else { return head.add(name, value) }
            join(name, first, value, in: head)
        case .status: head.add(name, value)
        default:
            guard let first = head.value(name), !first.isEmpty else { return head.set(name, value) }
            join(name, first, value, in: head)
        }
    }

    private func join(_ name: HeaderName, _ first: Bytes, _ second: Bytes, in head: Head) {
        // A copy: the first lies in the head that is changed.
        let joined = [UInt8](first) + [0x2c] + second
        joined.withUnsafeBufferPointer { head.set(name, $0) }
    }

    // MARK: Iteration

    /// Pseudo-header fields first, then the fields in their order.
    private func next(_ L: OpaquePointer, _ head: Head, _ source: HeadersSource) -> Int32 {
        var at = Int(apus_lua_counter(L))
        guard at >= 0 else { return fail(L, Self.outOfScope) }
        while true {
            defer { apus_lua_set_counter(L, Int64(at)) }
            if at < 5 {
                let pseudo = head.pseudoField(at)
                at += 1
                guard let pseudo else { continue }
                luaPush(L, pseudo.name.bytes)
                if let value = pseudo.value { luaPush(L, value) } else { _ = pushStatus(L, head) }
                return 2
            }
            guard at - 5 < head.slotCount else {
                at = Self.iterationIsOver
                endIteration(over: source.iteration)
                lua_pushnil(L)
                return 1
            }
            let field = head.field(at - 5)
            at += 1
            guard let field else { continue }
            luaPush(L, field.name)
            luaPush(L, field.value)
            return 2
        }
    }
}

extension HeaderName {
    /// Whether at most one value can be there, so that it need not be joined.
    fileprivate func isSingle(in head: Head) -> Bool {
        switch kind {
        case .known(let known): !head.mayRepeat(known)
        case .other: false
        default: true
        }
    }
}

extension Head {
    fileprivate func mayRepeat(_ known: KnownHeader) -> Bool { repeated & known.bit != 0 }

    /// One of the pseudo-header fields that are there; nil for one that is not. No value: the status.
    fileprivate func pseudoField(_ index: Int) -> (name: StaticString, value: Bytes?)? {
        switch index {
        case 0: authorityRange.isEmpty ? nil : (":authority", authority)
        case 1: pathRange.isEmpty ? nil : (":path", path)
        case 2: methodRange.isEmpty ? nil : (":method", method)
        case 3: schemeRange.isEmpty ? nil : (":scheme", scheme)
        default: status == 0 ? nil : (":status", nil)
        }
    }

    /// The field in a slot; nil when it was removed.
    fileprivate func field(_ index: Int) -> (name: Bytes, value: Bytes)? {
        let slot = slots[index]
        return slot.id == HeaderSlot.removed ? nil : (bytes(slot.name), bytes(slot.value))
    }
}
