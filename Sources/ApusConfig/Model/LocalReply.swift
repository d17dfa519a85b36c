/// How answers of the proxy itself look: `LocalReplyConfig`.
public struct LocalReplyConfig: Sendable, Equatable {
    public var mappers: [ResponseMapper]
    public var bodyFormat: SubstitutionFormat?

    public init(mappers: [ResponseMapper] = [], bodyFormat: SubstitutionFormat? = nil) {
        self.mappers = mappers
        self.bodyFormat = bodyFormat
    }
}

/// The first mapper whose filter accepts the reply changes it.
public struct ResponseMapper: Sendable, Equatable {
    public var filter: AccessLogFilter
    /// 200 to 599.
    public var statusCode: UInt32?
    public var body: [UInt8]?
    public var bodyFormatOverride: SubstitutionFormat?
    public var headersToAdd: [HeaderValueOption]
    public var source: SourceMark

    public init(
        filter: AccessLogFilter,
        statusCode: UInt32? = nil,
        body: [UInt8]? = nil,
        bodyFormatOverride: SubstitutionFormat? = nil,
        headersToAdd: [HeaderValueOption] = [],
        source: SourceMark = SourceMark()
    ) {
        self.filter = filter
        self.statusCode = statusCode
        self.body = body
        self.bodyFormatOverride = bodyFormatOverride
        self.headersToAdd = headersToAdd
        self.source = source
    }
}
