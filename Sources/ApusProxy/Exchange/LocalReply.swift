import NIOCore

/// An answer that the proxy makes itself.
public struct LocalReply {
    /// 200...599.
    public var status: Int
    public var body: String
    /// The body as bytes, where it need not be text; takes the place of `body`.
    public var data: ByteBuffer?
    public var contentType: String
    /// `%RESPONSE_CODE_DETAILS%`: a stable token that says who answered and why.
    public var details: String
    public var flags: ResponseFlags
    /// Sent as `grpc-status` when the request is gRPC; derived from `status` when nil.
    public var grpcStatus: Int?
    /// Changes the answer's head before it passes the filters.
    public var adjust: ((Head) -> Void)?
    /// The route's own answer (a direct response, a redirect), to which the route's header changes belong.
    var isRoutesOwn = false

    public init(
        status: Int, body: String = "", contentType: String = "text/plain", details: String,
        flags: ResponseFlags = [], grpcStatus: Int? = nil, adjust: ((Head) -> Void)? = nil
    ) {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.details = details
        self.flags = flags
        self.grpcStatus = grpcStatus
        self.adjust = adjust
    }
}
