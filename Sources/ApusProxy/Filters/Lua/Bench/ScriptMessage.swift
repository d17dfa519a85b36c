import NIOCore

/// A request or an answer outside of the proxy: what a bench gives to a script and what comes out.
public struct ScriptMessage: Sendable {
    public struct Field: Sendable, Equatable {
        /// In lower case; `:path` and the like are fields, too.
        public var name: String
        public var value: [UInt8]

        public init(_ name: String, _ value: [UInt8]) {
            self.name = name.lowercased()
            self.value = value
        }

        public init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }

        public var text: String { String(decoding: value, as: UTF8.self) }
    }

    /// Pseudo names first, then in the order of the message.
    public var fields: [Field]
    /// The body as it comes; nil without one.
    public var chunks: [[UInt8]]?
    public var trailers: [Field]?

    public init(_ fields: [Field] = [], chunks: [[UInt8]]? = nil, trailers: [Field]? = nil) {
        self.fields = fields
        self.chunks = chunks
        self.trailers = trailers
    }

    public var body: [UInt8]? { chunks.map { Array($0.joined()) } }

    /// The first value of a name in lower case.
    public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.text }

    /// What nobody answers.
    static let unavailable = ScriptMessage(
        [Field(":status", "503"), Field("content-type", "text/plain")], chunks: [Array("no healthy upstream".utf8)])

    init(_ head: Head) {
        fields = []
        func add(_ name: String, _ value: Bytes) {
            if value.count > 0 { fields.append(Field(name, Array(value))) }
        }
        if head.status > 0 { fields.append(Field(":status", "\(head.status)")) }
        add(":method", head.method)
        add(":path", head.path)
        add(":authority", head.authority)
        fields += Self.fields(of: head)
    }

    static func fields(of head: Head) -> [Field] {
        var fields: [Field] = []
        head.forEachField { name, value in fields.append(Field(name.string, Array(value))) }
        return fields
    }

    func fill(_ head: Head) { Self.fill(head, fields) }

    static func fill(_ head: Head, _ fields: [Field]) {
        for field in fields {
            var name = field.name
            name.withUTF8 { name in
                guard name.count > 0 else { return }
                field.value.withUnsafeBufferPointer { head.add(HeaderName(lowercase: name), $0) }
            }
        }
    }
}

/// A call that a script makes to a cluster.
public struct ScriptCall: Sendable {
    public var cluster: String
    public var request: ScriptMessage
    /// 0 for no timeout.
    public var milliseconds: Int
    public var isAsynchronous: Bool
}
