import ApusProxy

/// `/ready`: the state, 200 only when requests are served.
enum ReadyPage {
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        let state = await face.serverReading().state
        return .text("\(state.rawValue)\n", status: state == .live ? 200 : 503)
    }
}
