/// What a listener or a cluster allows of HTTP/1 messages.
struct HTTP1Limits: Sendable {
    /// What happens to fields whose names hold an underscore, which some servers take for a hyphen.
    enum Underscores: UInt8, Sendable { case allow, reject, drop }

    /// Bytes of start line and fields together.
    var maxHeadBytes = 60 * 1024
    var maxHeaders = 100
    var allowHTTP10 = false
    /// The authority of an HTTP/1.0 request that names none; empty for none.
    var defaultHostForHTTP10: [UInt8] = []
    var underscores = Underscores.allow
    var allowAbsoluteURL = true
    /// Lets Transfer-Encoding win over Content-Length, instead of refusing a message with both.
    var allowChunkedLength = false
    /// Methods beyond the registered ones.
    var allowCustomMethods = false
    /// Lets heads remember how the message spelt its field names.
    var keepsSpellings = false
    /// Whether the names that such a message did not have are written in proper case words.
    var capitalizesOthers = false
    /// Lets answers leave with the reason phrase that they came with.
    var forwardsReason = false
}

/// What the codec learned about a message beside its fields.
struct HTTP1MessageInfo: Sendable {
    var version = HTTPVersion.http11
    var body = BodyLength.none
    /// Whether the connection may carry another message after this one.
    var keepAlive = true
    /// A request that asks for a protocol in its Upgrade field, or a 101 that grants it. Connection and Upgrade stay
    /// fields of the head then, and only then.
    var upgrade = false
    /// `Expect: 100-continue`; the field stays in the head until whoever answers it takes it out.
    var expectContinue = false
    /// Whether the request names an authority, be it an empty one.
    var hasHost = false
    var hasManyHosts = false
    var isHead = false
    /// A CONNECT request; it has an authority and no path.
    var isConnect = false
}
