/// `envoy.extensions.upstreams.http.v3.HttpProtocolOptions`.
public struct UpstreamHTTPProtocolOptions: Sendable, Equatable {
    public var commonHttpProtocolOptions: CommonHTTPProtocolOptions
    public var http1: HTTP1ProtocolOptions
    public var source: SourceMark

    public init(
        commonHttpProtocolOptions: CommonHTTPProtocolOptions = CommonHTTPProtocolOptions(),
        http1: HTTP1ProtocolOptions = HTTP1ProtocolOptions(),
        source: SourceMark = SourceMark()
    ) {
        self.commonHttpProtocolOptions = commonHttpProtocolOptions
        self.http1 = http1
        self.source = source
    }
}
