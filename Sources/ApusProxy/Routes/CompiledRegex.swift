import ApusConfig
import CRE2
#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A compiled regular expression of RE2's syntax; linear in time whatever the text, and safe on several threads.
final class CompiledRegex: @unchecked Sendable {
    private let regex: OpaquePointer
    let pattern: String

    struct Failure: Error { let reason: String }

    init(_ pattern: String) throws {
        self.pattern = pattern
        var reason = [CChar](repeating: 0, count: 256)
        let made = pattern.withCString { apus_re2_new($0, pattern.utf8.count, &reason, reason.count) }
        guard let made else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw Failure(reason: text)
        }
        regex = made
    }

    deinit { apus_re2_free(regex) }

    /// Whether the whole text matches.
    func matches(_ text: Bytes) -> Bool {
        text.withMemoryRebound(to: CChar.self) { apus_re2_full_match(regex, $0.baseAddress ?? Self.empty, $0.count) }
            != 0
    }

    /// Whether any part of the text matches.
    func partiallyMatches(_ text: String) -> Bool {
        text.withCString { apus_re2_partial_match(regex, $0, text.utf8.count) } != 0
    }

    /// Every match replaced (`\1` names a group); nil when nothing matches.
    func replacingAll(in text: Bytes, with substitution: String) -> String? {
        var result: UnsafeMutablePointer<CChar>?
        var length = 0
        let count = text.withMemoryRebound(to: CChar.self) { text in
            substitution.withCString {
                apus_re2_replace_all(
                    regex, text.baseAddress ?? Self.empty, text.count, $0, substitution.utf8.count, &result, &length)
            }
        }
        guard count > 0, let result else { return nil }
        defer { free(result) }
        return result.withMemoryRebound(to: UInt8.self, capacity: length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
        }
    }

    /// A place to point at for texts of no bytes, which may have no address of their own.
    private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
        let place = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        place.initialize(to: 0)
        return UnsafePointer(place)
    }()
}
