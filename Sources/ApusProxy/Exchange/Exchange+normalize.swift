extension Exchange {
    /// Puts path and host in order, as far as the connection manager is told to. An answer, when the path is refused or
    /// the client is to come again with the plain one.
    func normalize() -> LocalReply? {
        let path = request.path
        // CONNECT has an authority and no path.
        if path.count > 0 && path[0] != UInt8(ascii: "/") {
            worker.counters(settings.stats).add(.downstreamRqNonRelativePath)
            return LocalReply(status: 404, details: "absolute_path_rejected")
        }
        // What follows `#` is not for servers; who sends it may mean to slip past a rule (RFC 9112, 3.2).
        if path.contains(UInt8(ascii: "#")) { return rejectPath() }
        if settings.hosts.isNeeded { settings.hosts.apply(to: request, port: connection.localPort) }
        guard settings.paths.isNeeded else { return nil }
        // Read again: the host's change may have moved the head's bytes.
        switch settings.paths.decide(request.path) {
        case .unchanged: return nil
        case .changed(let normal):
            normal.withUnsafeBufferPointer { request.setPath($0) }
            return nil
        case .reject: return rejectPath()
        case .redirect(let plain):
            worker.counters(settings.stats).add(.downstreamRqRedirectedWithNormalizedPath)
            return LocalReply(
                status: 307, details: "path_normalization_failed",
                adjust: { head in
                    plain.withUnsafeBufferPointer { head.set(.location, $0) }
                })
        }
    }

    private func rejectPath() -> LocalReply {
        worker.counters(settings.stats).add(.downstreamRqFailedPathNormalization)
        // The connection closes after this answer, as with any request that is not understood.
        requestEnded = false
        return LocalReply(status: 400, details: "path_normalization_failed")
    }

    /// What every answer gets last: who answered, when, over what.
    func finishHead() {
        let head = response
        switch settings.manager.serverHeaderTransformation {
        case .overwrite: settings.serverName.withUnsafeBufferPointer { head.set(.server, $0) }
        case .appendIfAbsent:
            if !head.has(.server) { settings.serverName.withUnsafeBufferPointer { head.add(.server, $0) } }
        case .passThrough: break
        }
        if !head.has(.date) { head.add(.date, worker.date.bytes(at: worker.now)) }
        if !settings.manager.via.isEmpty { appendVia(head, settings.manager.via) }
        if settings.manager.alwaysSetRequestIdInResponse || request.has(.xEnvoyForceTrace),
            let id = request.value(.xRequestId)
        {
            head.set(.xRequestId, id)
        }
    }
}
