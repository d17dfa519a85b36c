/// A header name prepared when a configuration is compiled: lower case, classified, its bytes at a fixed address.
///
/// The bytes are never freed: names come from configurations, which are few, and a request must not count references.
public struct HeaderName: @unchecked Sendable, Hashable {
    enum Kind: Hashable {
        case known(KnownHeader)
        /// `:method`, `:path`, `:scheme`, `:status`; `:authority` and `host` are one.
        case method, path, authority, scheme, status
        case other
    }

    let kind: Kind
    let bytes: UnsafePointer<UInt8>
    let count: Int

    /// The name in lower case.
    public var text: String { Bytes(start: bytes, count: count).string }

    public init(_ text: String) {
        let lower = Array(text.utf8).map(lowercased)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(lower.count, 1))
        copy.initialize(from: lower, count: lower.count)
        bytes = UnsafePointer(copy)
        count = lower.count
        kind = Self.kind(of: Bytes(start: bytes, count: count))
    }

    /// A name whose bytes, in lower case, belong to somebody else: valid only as long as they are.
    @inline(__always)
    init(lowercase text: Bytes) {
        // A name without bytes has none that could be read.
        let bytes = text.baseAddress ?? Self.noBytes
        let count = text.count
        self.bytes = bytes
        self.count = count
        kind = Self.kind(of: text)
    }

    /// What a name in lower case stands for.
    @inline(__always)
    private static func kind(of text: Bytes) -> Kind {
        guard let bytes = text.baseAddress, text.count > 0 else { return .other }
        if bytes[0] == 0x3a { return pseudoKind(of: text) }
        if text.equals("host") { return .authority }
        return KnownHeader.find(bytes, text.count).map(Kind.known) ?? .other
    }

    private static func pseudoKind(of text: Bytes) -> Kind {
        if text.equals(":path") { return .path }
        if text.equals(":method") { return .method }
        if text.equals(":authority") { return .authority }
        if text.equals(":scheme") { return .scheme }
        return text.equals(":status") ? .status : .other
    }

    private nonisolated(unsafe) static let noBytes = UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))

    public static func == (a: HeaderName, b: HeaderName) -> Bool {
        Bytes(start: a.bytes, count: a.count).equals(Bytes(start: b.bytes, count: b.count))
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(start: bytes, count: count))
    }

    // Written once, before anybody reads it.
    private nonisolated(unsafe) static let known: UnsafePointer<HeaderName> = {
        let names = KnownHeader.allCases.map { HeaderName($0.name) }
        let table = UnsafeMutablePointer<HeaderName>.allocate(capacity: names.count)
        table.initialize(from: names, count: names.count)
        return UnsafePointer(table)
    }()

    @inline(__always)
    static func bytes(of header: KnownHeader) -> Bytes {
        let name = known + Int(header.rawValue)
        return Bytes(start: name.pointee.bytes, count: name.pointee.count)
    }
}
