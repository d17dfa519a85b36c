extension Exchange {
    /// The codec could not make a request of what came: it is answered, counted and logged all the same.
    func refuseHead(_ reply: LocalReply) {
        beginUnread()
        requestIsHead = request.method.equals("HEAD")
        self.reply(reply)
    }

    /// A request of which no head could be read begins.
    func beginUnread() {
        countAsActive()
        remoteHost = connection.directRemoteHost
    }

    @inline(__always)
    func countAsActive() {
        isCounted = true
        let stats = worker.counters(settings.stats)
        stats.add(.downstreamRqTotal)
        stats.add(.downstreamRqActive)
    }

    /// The request's body broke in the middle.
    func breakOff(_ reply: LocalReply) {
        if responsePhase == .none {
            self.reply(reply)
        } else {
            flags.insert(reply.flags)
            details = reply.details
            resetDownstream()
        }
    }

}

extension Worker {
    /// A number that no other stream or connection of the process has.
    func nextID() -> UInt64 {
        lastID &+= 1
        return UInt64(index) << 48 | lastID
    }
}
