extension Exchange {
    /// The codec could not make a request of what came: it is answered, counted and logged all the same.
    func refuseHead(_ reply: LocalReply) {
        let stats = worker.counters(settings.stats)
        stats.add(.downstreamRqTotal)
        stats.add(.downstreamRqActive)
        requestIsHead = request.method.equals("HEAD")
        remoteHost = connection.directRemoteHost
        self.reply(reply)
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
