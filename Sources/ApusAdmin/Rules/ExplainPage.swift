import ApusConfig
import ApusProxy

/// `/explain`: which listener, virtual host, route and document would take a request. Nothing is sent.
struct ExplainPage: Sendable {
    let store: RuleStore

    func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        guard let url = request["url"], let target = AskedURL(url) else {
            return .errors("url must be like http://reviews:9080/path, not '\(request["url"] ?? "")'", status: 400)
        }
        var fields: [AskedRequest.Field] = []
        var authority = target.authority
        for header in request.query where header.name == "header" {
            let parts = header.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                return .errors("header must be like name: value, not '\(header.value)'", status: 400)
            }
            let value = String(parts[1].drop { $0 == " " })
            if parts[0].lowercased() == "host" {
                authority = value
            } else {
                fields.append(AskedRequest.Field(name: String(parts[0]), value: value))
            }
        }
        let asked = AskedRequest(
            method: request["method"] ?? "GET", authority: authority, target: target.target, headers: fields)
        do {
            let explanation = try await store.explain(asked, listener: request["listener"], port: target.localPort)
            return .json(explanation.json(await face.clusterReadings()))
        } catch { return .errors(error.message, status: 404) }
    }
}

/// The parts of a URL that a request carries.
struct AskedURL: Equatable {
    var authority: String
    var target: String
    /// The port, where the host is this machine: what listens there is meant.
    var localPort: Int?

    /// `http://host:port/path?query`; the scheme may be left out. nil: it names no host, or is of another scheme.
    init?(_ text: String) {
        var rest = Substring(text)
        if let mark = rest.firstRange(of: "://") {
            guard ["http", "https"].contains(rest[..<mark.lowerBound].lowercased()) else { return nil }
            rest = rest[mark.upperBound...]
        }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        authority = String(rest[..<end])
        target = String(rest[end...])
        if !target.hasPrefix("/") { target = "/" + target }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let colon = authority.lastIndex { $0 == ":" || $0 == "]" }.flatMap { authority[$0] == ":" ? $0 : nil }
        let host = colon.map { String(authority[..<$0]) } ?? authority
        let port = colon.map { Int(authority[$0...].dropFirst()) } ?? 80
        guard let port else { return nil }
        let isLocal = host == "localhost" || host.hasPrefix("127.") || host == "[::1]" || host == "0.0.0.0"
        localPort = isLocal ? port : nil
    }
}
