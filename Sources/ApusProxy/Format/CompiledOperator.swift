import ApusConfig
#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// An operator with its names looked up and its constants evaluated.
enum CompiledOperator: Sendable {
    case requestHeader(HeaderName, HeaderName?)
    case requestHeaderWithoutQuery(HeaderName, HeaderName?)
    case responseHeader(HeaderName, HeaderName?)
    case responseTrailer(HeaderName, HeaderName?)
    case time(CompiledTime, atStart: Bool)
    /// The same for every request: `%HOSTNAME%`, `%ENVIRONMENT(X)%`; nil when there is none.
    case constant(String?)
    case queryParameter([UInt8])
    case direct(FormatOperator)

    init(_ format: FormatOperator) {
        switch format {
        case .requestHeader(let name, let other): self = .requestHeader(HeaderName(name), other.map { HeaderName($0) })
        case .requestHeaderWithoutQuery(let name, let other):
            self = .requestHeaderWithoutQuery(HeaderName(name), other.map { HeaderName($0) })
        case .responseHeader(let name, let other):
            self = .responseHeader(HeaderName(name), other.map { HeaderName($0) })
        case .responseTrailer(let name, let other):
            self = .responseTrailer(HeaderName(name), other.map { HeaderName($0) })
        case .startTime(let format): self = .time(CompiledTime(format), atStart: true)
        case .startTimeLocal(let format): self = .time(CompiledTime(format, local: true), atStart: true)
        case .emitTime(let format): self = .time(CompiledTime(format), atStart: false)
        case .emitTimeLocal(let format): self = .time(CompiledTime(format, local: true), atStart: false)
        case .hostname: self = .constant(Self.hostname)
        case .environment(let name): self = .constant(getenv(name).map { String(cString: $0) })
        case .queryParameter(let name): self = .queryParameter(Array(name.utf8))
        default: self = .direct(format)
        }
    }

    private static var hostname: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
