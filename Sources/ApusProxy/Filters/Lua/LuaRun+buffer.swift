import CLua
import NIOCore

extension LuaRun {
    func callBuffer(_ L: OpaquePointer, _ method: LuaMethod) -> Int32 {
        guard let buffer else { return fail(L, Self.outOfScope) }
        switch method {
        case .bufferGetBytes: return getBytes(L, buffer)
        case .bufferSetBytes: return setBytes(L)
        default:
            lua_pushinteger(L, lua_Integer(buffer.readableBytes))
            return 1
        }
    }

    private func getBytes(_ L: OpaquePointer, _ buffer: ByteBuffer) -> Int32 {
        var isIndex: Int32 = 0
        var isLength: Int32 = 0
        let index = apus_lua_integer(L, 2, &isIndex)
        let length = apus_lua_integer(L, 3, &isLength)
        guard isIndex != 0 else { return badArgument(L, 1, .bufferGetBytes, "number") }
        guard isLength != 0 else { return badArgument(L, 2, .bufferGetBytes, "number") }
        // Compared without adding: both are the script's, and their sum may overflow.
        guard index >= 0, length >= 0, index <= buffer.readableBytes, length <= Int64(buffer.readableBytes) - index
        else {
            return fail(L, "index/length must be >= 0 and (index + length) must be <= buffer size")
        }
        buffer.withUnsafeReadableBytes { bytes in
            luaPush(L, Bytes(rebasing: bytes.bindMemory(to: UInt8.self)[Int(index)..<Int(index + length)]))
        }
        return 1
    }

    /// Puts other bytes in the place of the buffer's; with the whole body and a head that has not gone on, its length
    /// follows. Returns the new length.
    private func setBytes(_ L: OpaquePointer) -> Int32 {
        guard let bytes = luaBytes(L, 2) else { return badArgument(L, 1, .bufferSetBytes) }
        let replacement = ByteBuffer(bytes: bytes)
        buffer = replacement
        if !isStreaming {
            head.remove(.transferEncoding)
            withUnsafeDecimal(bytes.count) { head.set(.contentLength, $0) }
            if direction == .request {
                exchange.replaceRequestBody(by: replacement)
            } else {
                exchange.replaceAnswerBody(by: replacement)
            }
        }
        lua_pushinteger(L, lua_Integer(bytes.count))
        return 1
    }
}
