import CLua

/// What `pairs` can walk over, each of them by one iterator at a time.
enum Iteration: Int32 {
    case headers, trailers, earlierRequest
    case routeMetadata, filterContext, virtualHostMetadata, connectionMetadata, metadataOfRoute, dynamicMetadata

    /// In `apus_lua_run.iterating`.
    fileprivate var bit: Int32 { 1 << rawValue }
}

extension LuaRun {
    static let outOfScope = "object used outside of proper scope"
    /// The count of an iterator that has told its end.
    static let iterationIsOver = -1

    func isIterating(over what: Iteration) -> Bool { raw.pointee.iterating & what.bit != 0 }

    /// Pushes the iterator of the object at index 1.
    func beginIteration(_ L: OpaquePointer, over what: Iteration, _ step: LuaMethod) -> Int32 {
        if isIterating(over: what) {
            return fail(L, "cannot create a second iterator before completing the first")
        }
        raw.pointee.iterating |= what.bit
        apus_lua_push_iterator(L, 1, step.rawValue)
        return 1
    }

    func endIteration(over what: Iteration) { raw.pointee.iterating &= ~what.bit }

    /// What was taken before is dead from now on, and so are walks over it.
    func forgetObjects() {
        raw.pointee.objects &+= 1
        raw.pointee.iterating = 0
    }
}
