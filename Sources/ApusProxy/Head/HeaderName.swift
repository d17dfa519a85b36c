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
        switch String(decoding: lower, as: UTF8.self) {
        case ":method": kind = .method
        case ":path": kind = .path
        case ":authority", "host": kind = .authority
        case ":scheme": kind = .scheme
        case ":status": kind = .status
        default:
            if lower.isEmpty {
                kind = .other
            } else {
                kind = KnownHeader.find(bytes, count).map(Kind.known) ?? .other
            }
        }
    }

    /// A name whose bytes, in lower case, belong to somebody else: valid only as long as they are.
    @inline(__always)
    init(lowercase text: Bytes) {
        // A name without bytes has none that could be read.
        let bytes = text.baseAddress ?? Self.noBytes
        let count = text.count
        self.bytes = bytes
        self.count = count
        if count > 0, bytes[0] == 0x3a {
            kind =
                text.equals(":path")
                ? .path
                : text.equals(":method")
                    ? .method
                    : text.equals(":authority")
                        ? .authority : text.equals(":scheme") ? .scheme : text.equals(":status") ? .status : .other
        } else if count == 4, text.equals("host") {
            kind = .authority
        } else {
            kind = KnownHeader.find(bytes, count).map(Kind.known) ?? .other
        }
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
