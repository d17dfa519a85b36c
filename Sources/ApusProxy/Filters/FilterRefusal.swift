import ApusConfig

/// Settings that a filter cannot be made of: a place and a fact for the operator.
public struct FilterRefusal: Error, CustomStringConvertible {
    public let message: String
    public let source: SourceMark

    public init(_ message: String, source: SourceMark = SourceMark()) {
        self.message = message
        self.source = source
    }

    public var description: String { message }
}
