import ApusConfig
import ApusProxy

/// `/listeners`: names and addresses.
enum ListenersPage {
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        let listeners = await face.listenerReadings()
        guard request["format"] == "json" else {
            return .text(listeners.map { "\($0.name)::\($0.address.text)\n" }.joined())
        }
        let statuses = listeners.map { listener in
            ConfigValue.members(("name", .string(listener.name)), ("local_address", listener.address.json))
        }
        return .json(.members(("listener_statuses", .array(statuses))))
    }
}

extension Address {
    /// `127.0.0.1:80`, `[::1]:80`, or a path.
    var text: String {
        switch self {
        case .socket(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .pipe(let path, _): path
        }
    }

    /// As the configuration spells it.
    var json: ConfigValue {
        switch self {
        case .socket(let host, let port):
            .members(
                ("socket_address", .members(("address", .string(host)), ("port_value", .number(Double(port))))))
        case .pipe(let path, _): .members(("pipe", .members(("path", .string(path)))))
        }
    }
}
