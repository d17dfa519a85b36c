/// What a log event is about: the logger names of Envoy under which Apus has something to say.
public enum LogSubject: String, CaseIterable, Sendable {
    case admin, client, config, connection, dns, filter, hc, http, http2, listener, lua, main, mirror, pool, router
    case runtime, stats, upstream
}
