import ApusProxy

/// `/reload`: what SIGHUP does, with the errors in the answer.
enum ReloadPage {
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        let diagnostics = await face.reload()
        let errors = diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else {
            let lines = errors.map { "\($0)\n" }.joined()
            return .text("The old configuration stays in effect:\n\(lines)", status: 400)
        }
        return .ok
    }
}
