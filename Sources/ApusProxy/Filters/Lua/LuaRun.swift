import ApusConfig
import CLua
import NIOCore

/// One call of a script for one message: a coroutine with its handle, from its start to its end, however often it waits.
///
/// Used again for later messages of its state. Belongs to the exchange while it waits, which ends it if it ends first.
final class LuaRun {
    private let owner: Unmanaged<LuaState>
    var state: LuaState { owner.takeUnretainedValue() }
    private let lua: UnsafeMutablePointer<apus_lua>
    private let counters: Counters<LuaCounter>
    let headerNames: LuaHeaderNames
    /// What Lua's objects know of this run. Freed with the state, for objects may be older than the run's end.
    let raw: UnsafeMutablePointer<apus_lua_run>
    /// The next run of the state that waits to be used again.
    var nextIdle: Unmanaged<LuaRun>?
    private(set) var thread: OpaquePointer
    private var threadReference: Int32

    /// The exchange, which is alive as long as its run is; steps that each request makes take no reference.
    private(set) var served: Unmanaged<Exchange>
    var exchange: Exchange { served.takeUnretainedValue() }
    /// Kept by the configuration, which the exchange keeps.
    private(set) unowned(unsafe) var filter: LuaFilter?
    /// Whether a change of the request's head may lead to another route.
    private(set) var clearsRouteCache = true
    private(set) var direction = MessageInterest.request
    private(set) var wait = Wait.nothing
    /// The head has gone on, and what comes next of the body passes by.
    private(set) var isStreaming = false
    /// The body has been taken by `body()`.
    var tookBody = false
    /// The end of the message has passed.
    private var endPassed = false
    /// The script has changed the request's head, which may lead to another route.
    var changedHead = false
    /// The piece, or the whole body, that buffer objects show now.
    var buffer: ByteBuffer?
    /// `respond` was called with this.
    var answer: LocalReply? { didSet { hasAnswer = answer != nil } }
    private var hasAnswer = false
    var call: LuaCall?
    /// What `importPublicKey` gave.
    var keys: [LuaPublicKey] = []
    /// The generation of objects in which the last of them was imported.
    var keysGeneration: UInt64 = 0
    private var left: Int64 = 0
    /// Keeps the state while this run waits.
    private var kept: LuaState?

    /// What the script waits for, and from whom.
    enum Wait {
        case nothing
        /// The whole body, from the peer.
        case body
        /// The next piece of it.
        case chunk
        /// What comes behind it.
        case trailers
        /// The answer to a call of its own, from another cluster.
        case call
        /// Nothing any more: it has answered.
        case end
    }

    init(_ state: LuaState, _ raw: UnsafeMutablePointer<apus_lua_run>, _ exchange: Exchange) {
        owner = .passUnretained(state)
        self.raw = raw
        served = .passUnretained(exchange)
        headerNames = state.headerNames
        lua = state.lua
        counters = state.counters
        message = .passUnretained(exchange.request)
        thread = lua_newthread(state.main)
        threadReference = apus_lua_ref(state.main)
        raw.pointee.host = Unmanaged.passUnretained(self).toOpaque()
    }

    /// Another coroutine in the place of one that failed, has answered or will never go on. Not `lua_resetthread`: that
    /// runs the script's `__close` handlers, and after an error in a hook leaves hooks off, so that nothing could stop
    /// them, nor the next run. A coroutine that is collected runs nothing.
    private func renewThread() {
        apus_lua_unref(state.main, threadReference)
        thread = lua_newthread(state.main)
        threadReference = apus_lua_ref(state.main)
    }

    /// Gives Lua its coroutine back.
    func free() {
        apus_lua_unref(state.main, threadReference)
        apus_lua_give_back_run(lua, raw)
    }

    /// The head that this run is about.
    private(set) var message: Unmanaged<Head>
    var head: Head { message.takeUnretainedValue() }

    // MARK: Life

    /// Starts a function of the script for a message and tells what becomes of that.
    func start(
        _ function: Int32, _ exchange: Exchange, _ filter: LuaFilter, _ direction: MessageInterest, in state: LuaState
    ) -> Verdict {
        served = .passUnretained(exchange)
        self.filter = filter
        clearsRouteCache = filter.clearsRouteCache
        self.direction = direction
        message = .passUnretained(direction == .request ? exchange.request : exchange.response)
        isStreaming = false
        tookBody = false
        changedHead = false
        endPassed = false
        position = direction == .request ? exchange.requestStep - 1 : exchange.answerPosition
        left = state.instructions
        counters.add(.executions)
        let status = measured(in: state, at: exchange) { apus_lua_start(lua, thread, function, raw) }
        if status != LUA_OK { stopped(status) }
        chooseRouteAgain(exchange)
        return wait == .nothing && !hasAnswer ? ended() : verdict()
    }

    /// Lets the script go on until it waits again or ends.
    private func resume() {
        var results: Int32 = 0
        let status = measured(in: state, at: exchange) { apus_lua_resume(lua, thread, 0, &results) }
        if status == LUA_OK { lua_settop(thread, 0) } else { stopped(status) }
        chooseRouteAgain(exchange)
    }

    @inline(__always)
    private func measured(in state: LuaState, at exchange: Exchange, _ run: () -> Int32) -> Int32 {
        // The event's own time is near enough for a limit of this length. One run in eight is timed, for the histogram.
        let isTimed = state.isNextTimed()
        let began = isTimed ? MonotonicNanoseconds.now() : Int64(exchange.worker.now.uptimeNanoseconds)
        wait = .nothing
        apus_lua_allow(lua, left, began &+ state.nanoseconds)
        let status = run()
        if isTimed { state.time.record(Int((MonotonicNanoseconds.now() &- began) / 1000)) }
        return status
    }

    /// The script waits, or has failed.
    @inline(never)
    private func stopped(_ status: Int32) {
        left = lua.pointee.left
        switch status {
        case LUA_YIELD where wait == .end:
            // It never goes on.
            renewThread()
        case LUA_YIELD where wait != .nothing:
            // Objects do not outlive a wait: what they show may have gone on meanwhile.
            forgetObjects()
        case LUA_YIELD:
            failed("script performed an unexpected yield")
            wait = .nothing
            renewThread()
        default:
            // On the state's own stack, which has room whatever the failed one was filled with.
            apus_lua_traceback(state.main, thread)
            failed(luaTakeMessage(state.main))
            wait = .nothing
            renewThread()
        }
    }

    @inline(__always)
    private func chooseRouteAgain(_ exchange: Exchange) {
        guard changedHead, direction == .request, !isStreaming else { return }
        changedHead = false
        exchange.chooseRoute()
    }

    private func failed(_ message: String) {
        counters.add(.errors)
        if lua.pointee.stopped { counters.add(message.contains("memory") ? .memoryStops : .budgetStops) }
        state.logFailure(LuaMessage.familiar(message))
        if let status = state.script.limits.errorStatus {
            answer = LocalReply(status: status, details: "lua_error")
        }
    }

    /// What becomes of the message after a resume that may have ended this run.
    private func verdict() -> Verdict {
        if let answer {
            self.answer = nil
            end()
            return .reply(answer)
        }
        switch wait {
        case .nothing: return ended()
        case .end: return .next
        case .body:
            // What has come already may be too much, or have stopped the reading.
            if direction == .request {
                if exchange.bufferedRequestBytes > bodyLimit {
                    abandon()
                    return .reply(.payloadTooLarge)
                }
                exchange.unpauseRequest()
            } else if exchange.queuedAnswerBytes > bodyLimit {
                abandon()
                return .reply(.answerTooLarge)
            } else {
                exchange.attempt.connection?.setReading(true)
            }
            hold()
            return .wait
        case .call:
            hold()
            return .wait
        case .chunk, .trailers:
            isStreaming = true
            hold()
            return .next
        }
    }

    private func ended() -> Verdict {
        end()
        return .next
    }

    private func hold() {
        guard kept == nil else { return }
        endPassed = sawEnd
        kept = state
        counters.add(.waiting)
        exchange.luaRuns.append(self)
    }

    private func end() {
        wait = .nothing
        raw.pointee.handles &+= 1
        forgetObjects()
        filter = nil
        // A test costs less than to let nothing go.
        if buffer != nil { buffer = nil }
        if call != nil { call = nil }
        if !keys.isEmpty { keys.removeAll() }
        counters.set(.memoryBytes, lua.pointee.memory)
        guard let keeper = kept else { return owner._withUnsafeGuaranteedRef { $0.putBack(self) } }
        exchange.luaRuns.removeAll { $0 === self }
        counters.add(.waiting, -1)
        kept = nil
        keeper.putBack(self)
    }

    /// The exchange is over: the script never goes on.
    func abandon() {
        call?.abandon()
        renewThread()
        end()
    }

    // MARK: What was waited for

    /// More of the message is here, or its end, while it is held back for this run.
    func bodyArrived() {
        if wait == .body { goOn() }
    }

    /// The most bytes that `body()` collects.
    var bodyLimit: Int { state.script.limits.bodyBytes ?? exchange.bodyLimit }

    func callEnded() {
        guard wait == .call else { return }
        goOn()
    }

    /// Everything of the message has been seen by this run: it has no body, or that has passed.
    var sawEnd: Bool { endPassed || kept != nil ? endPassed : isAtEnd }

    /// Before the head has gone on: nothing of the body is left to be shown.
    private var isAtEnd: Bool {
        direction == .request
            ? exchange.isRequestComplete && exchange.bufferedRequestBytes == 0
            : exchange.isAnswerComplete && exchange.queuedAnswerBytes == 0
    }

    /// The filter's position in the chain.
    private(set) var position = 0

    /// Lets the script go on, and then the message.
    private func goOn() {
        let exchange = exchange
        let direction = direction
        let life = exchange.generation
        let wasStreaming = isStreaming
        let position = position
        if !wasStreaming { endPassed = isAtEnd }
        resume()
        let verdict = verdict()
        guard exchange.generation == life else { return }
        if case .wait = verdict { return }
        if wasStreaming {
            // The head has gone on, and may have been answered.
            if case .reply(let answer) = verdict, direction == .request, exchange.responsePhase == .none {
                return exchange.reply(answer)
            }
            return exchange.releaseBody(direction, from: position)
        }
        if direction == .request { exchange.resumeRequest(verdict) } else { exchange.resumeResponse(verdict) }
    }

    /// A piece passes by; the script may change it.
    func pass(_ data: inout ByteBuffer, end: Bool) {
        // In HTTP/1.1 the end comes by itself, as a piece without bytes; trailers take its place.
        let endsEmpty = end && (direction == .request ? exchange.requestTrailers : exchange.responseTrailers) == nil
        endPassed = end && !endsEmpty
        if wait == .chunk, data.readableBytes > 0 {
            buffer = data
            resumeStreaming()
            if let changed = buffer { data = changed }
            buffer = nil
        }
        endPassed = end
        if endsEmpty, wait == .chunk {
            buffer = ByteBuffer()
            resumeStreaming()
            if var more = buffer { data.writeBuffer(&more) }
            buffer = nil
        }
        // The end of the body, or the trailers behind it.
        if end, wait == .chunk || wait == .trailers { resumeStreaming() }
        if wait == .call, isStreaming { exchange.holdBody(direction) }
    }

    private func resumeStreaming() {
        resume()
        switch wait {
        case .nothing:
            if let answer, direction == .request, exchange.responsePhase == .none {
                exchange.answer(answer, from: position)
            }
            answer = nil
            let rest = buffer
            self.end()
            buffer = rest
        default: break
        }
    }

    // MARK: Errors and waits from methods

    func fail(_ L: OpaquePointer, _ message: String) -> Int32 {
        luaPush(L, message)
        return Int32(APUS_LUA_ERROR)
    }

    static let cannotWait = "a script cannot wait here: inside a coroutine of its own, or a function that C calls"

    /// Whether a method that waits can be called now. Asked before anything is begun.
    func mayWait(_ L: OpaquePointer) -> Bool { L == thread && lua_isyieldable(L) != 0 }

    func wait(for what: Wait, _ L: OpaquePointer) -> Int32 {
        guard mayWait(L) else { return fail(L, Self.cannotWait) }
        wait = what
        return Int32(APUS_LUA_YIELD)
    }
}

/// The monotonic clock, which a run is measured by: the worker's own time stands still during an event.
enum MonotonicNanoseconds {
    @inline(__always)
    static func now() -> Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }
}
