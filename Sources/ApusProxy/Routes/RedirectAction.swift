import ApusConfig

/// Sends clients elsewhere: a compiled redirect, and the way to https that a virtual host may demand.
final class RedirectAction: Sendable {
    /// 301, 302, 303, 307 or 308.
    let status: Int
    /// nil: the request's.
    private let scheme: String?
    /// Empty: the request's.
    private let host: String
    /// `:8443`; empty: the request's.
    private let port: String
    private let path: Path
    private let stripsQuery: Bool

    private enum Path: Sendable {
        case same
        case replaced(String, hasQuery: Bool)
        case rewritten(CompiledPathRewrite, MatchedPath)
    }

    /// `matched`: what of the path the route's own match covers.
    init(_ redirect: Redirect, matched: MatchedPath) throws {
        status = Int(redirect.responseCode)
        scheme =
            switch redirect.scheme {
            case .same: nil
            case .https: "https"
            case .named(let name): name
            }
        host = redirect.hostRedirect
        port = redirect.portRedirect == 0 ? "" : ":\(redirect.portRedirect)"
        stripsQuery = redirect.stripQuery
        path =
            switch redirect.path {
            case .same: .same
            case .replaced(let text): .replaced(text, hasQuery: text.contains("?"))
            case .prefixRewrite(let text): .rewritten(.prefix(text), matched)
            case .regexRewrite(let rewrite): .rewritten(try CompiledPathRewrite(rewrite), matched)
            }
    }

    private init(status: Int, scheme: String?) {
        self.status = status
        self.scheme = scheme
        host = ""
        port = ""
        path = .same
        stripsQuery = false
    }

    /// Nothing changes: what answers of our own with 201 or 3xx say.
    static let same = RedirectAction(status: 200, scheme: nil)

    /// The same address by https, port included: `require_tls`.
    static let secure = RedirectAction(status: 301, scheme: "https")
}

extension RedirectAction {
    /// The value of the answer's `location`.
    func location(for head: Head) -> String {
        let scheme = self.scheme ?? head.scheme.string
        let host =
            if !self.host.isEmpty { self.host } else if self === Self.secure { head.authority.string } else {
                requestHost(head, scheme: scheme)
            }
        let path = location(path: head.path)
        return "\(scheme)://\(host)\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
    }

    /// The request's host, without a port that would be wrong behind the new scheme or beside the new port.
    private func requestHost(_ head: Head, scheme: String) -> String {
        let authority = head.authority
        guard let start = authority.portStart else { return authority.string }
        let sent = Bytes(rebasing: authority[start...])
        let sentScheme = head.value(.xForwardedProto) ?? head.scheme
        var drops = !port.isEmpty
        if !sentScheme.equals(scheme) {
            drops = drops || sentScheme.equals("https") && sent.equals(":443")
            drops = drops || sentScheme.equals("http") && sent.equals(":80")
        }
        return drops ? Bytes(rebasing: authority[0..<start]).string : authority.string
    }

    private func location(path sent: Bytes) -> String {
        let target: String
        switch path {
        case .same: target = sent.string
        case .replaced(let text, true): return text
        case .replaced(let text, false):
            guard !stripsQuery, let query = sent.position(of: 0x3f) else { return text }
            return text + Bytes(rebasing: sent[query...]).string
        case .rewritten(let rewrite, let matched): target = rewrite.apply(to: sent, matched: matched) ?? sent.string
        }
        guard stripsQuery, let query = target.firstIndex(of: "?") else { return target }
        return String(target[..<query])
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func equals(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { equals($0) }
    }
}
