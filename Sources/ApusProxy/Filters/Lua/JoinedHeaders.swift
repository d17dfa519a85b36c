/// The names that Envoy keeps once in a head: `add` puts a second value behind the first one, with a comma between.
struct JoinedHeaders: @unchecked Sendable {
    /// As they are in requests.
    static let ofRequests = JoinedHeaders(
        """
        :protocol accept accept-encoding access-control-request-headers access-control-request-method authorization \
        cache-control connection content-encoding content-length content-type expect grpc-timeout if-match \
        if-modified-since if-none-match keep-alive origin proxy-connection proxy-status referer te transfer-encoding \
        upgrade user-agent via x-client-trace-id x-envoy-attempt-count x-envoy-decorator-operation \
        x-envoy-downstream-service-cluster x-envoy-downstream-service-node x-envoy-expected-rq-timeout-ms \
        x-envoy-external-address x-envoy-force-trace x-envoy-internal x-envoy-ip-tags x-envoy-max-retries \
        x-envoy-original-path x-envoy-retry-on x-envoy-upstream-rq-timeout-ms x-forwarded-client-cert x-forwarded-for \
        x-forwarded-host x-forwarded-port x-forwarded-proto x-request-id
        """)
    /// As they are in answers.
    static let ofAnswers = JoinedHeaders(
        """
        access-control-allow-origin age cache-control connection content-encoding content-length content-type date etag \
        grpc-message grpc-status keep-alive last-modified location proxy-connection proxy-status server \
        transfer-encoding upgrade vary via x-envoy-attempt-count x-envoy-decorator-operation \
        x-envoy-upstream-service-time x-request-id
        """)

    private let names: Set<HeaderName>
    /// A bit for each length with each first letter that one of the names has: most others end here.
    private let shapes: [UInt32]

    private init(_ text: String) {
        names = Set(text.split(separator: " ").map { HeaderName(String($0)) })
        var shapes = [UInt32](repeating: 0, count: 64)
        for name in names { shapes[name.count & 63] |= Self.bit(name.bytes[0]) }
        self.shapes = shapes
    }

    private static func bit(_ first: UInt8) -> UInt32 { 1 << UInt32(first & 31) }

    @inline(__always)
    func contain(_ name: HeaderName) -> Bool {
        guard name.count > 0, shapes[name.count & 63] & Self.bit(name.bytes[0]) != 0 else { return false }
        return names.contains(name)
    }
}
