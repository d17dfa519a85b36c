import ApusConfig

/// What becomes of a request's path before a route is looked for.
enum PathDecision: Equatable {
    case unchanged
    /// The request goes on with this path.
    case changed([UInt8])
    /// The client is sent (307) to this path.
    case redirect([UInt8])
    /// The request is refused (400).
    case reject
}

/// `normalize_path`, `merge_slashes` and `path_with_escaped_slashes_action`, in Envoy's order: escaped slashes, dot
/// segments, runs of slashes. The query is left alone.
struct PathNormalization: Sendable {
    let escapedSlashes: EscapedSlashesAction
    let normalizes: Bool
    let mergesSlashes: Bool

    init(escapedSlashes: EscapedSlashesAction = .keepUnchanged, normalizes: Bool = false, mergesSlashes: Bool = false) {
        self.escapedSlashes = escapedSlashes
        self.normalizes = normalizes
        self.mergesSlashes = mergesSlashes
    }

    init(_ manager: HTTPConnectionManager) {
        self.init(
            escapedSlashes: manager.pathWithEscapedSlashesAction, normalizes: manager.normalizePath,
            mergesSlashes: manager.mergeSlashes)
    }

    var isNeeded: Bool { escapedSlashes != .keepUnchanged || normalizes || mergesSlashes }

    func decide(_ target: Bytes) -> PathDecision {
        let end = target.position(of: 0x3f) ?? target.count
        var path = Bytes(rebasing: target[0..<end])
        // Nearly every path is in order already, which one pass over its bytes tells.
        guard isNeeded, needsWork(path) else { return .unchanged }
        var changed: [UInt8] = []
        var redirects = false
        if escapedSlashes != .keepUnchanged, let plain = Self.unescapingSlashes(path) {
            if escapedSlashes == .rejectRequest { return .reject }
            redirects = escapedSlashes == .unescapeAndRedirect
            changed = plain
        } else {
            changed = Array(path)
        }
        if normalizes {
            guard let normal = changed.withUnsafeBufferPointer(Self.canonical) else { return .reject }
            changed = normal
        }
        if mergesSlashes { changed = Self.mergingSlashes(changed) }
        path = Bytes(rebasing: target[0..<end])
        if !redirects, changed.withUnsafeBufferPointer({ $0.equals(path) }) { return .unchanged }
        changed.append(contentsOf: target[end...])
        return redirects ? .redirect(changed) : .changed(changed)
    }

    /// Whether any step might change the path; false for paths that all steps leave alone.
    private func needsWork(_ path: Bytes) -> Bool {
        // `*`, of OPTIONS, is no path.
        guard path.first == 0x2f else { return false }
        var previous: UInt8 = 0
        for byte in path {
            if byte == 0x25 || byte == 0x2e && previous == 0x2f || byte == 0x2f && previous == 0x2f { return true }
            if normalizes, Self.treatment(of: byte) != .keep { return true }
            previous = byte
        }
        return false
    }
}
