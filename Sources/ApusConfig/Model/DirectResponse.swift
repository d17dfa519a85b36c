public struct DirectResponse: Sendable, Equatable {
    /// 200 to 599.
    public var status: UInt32
    public var body: [UInt8]
    public var bodyFormat: SubstitutionFormat?
    public var source: SourceMark

    public init(
        status: UInt32,
        body: [UInt8] = [],
        bodyFormat: SubstitutionFormat? = nil,
        source: SourceMark = SourceMark()
    ) {
        self.status = status
        self.body = body
        self.bodyFormat = bodyFormat
        self.source = source
    }
}
