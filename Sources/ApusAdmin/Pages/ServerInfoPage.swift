import ApusConfig
import ApusProxy

/// `/server_info`
enum ServerInfoPage {
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        let server = await face.serverReading()
        let options = ConfigValue.members(
            ("concurrency", .number(Double(server.concurrency))), ("config_path", .string(server.configPath)),
            ("log_level", .string(server.logLevel)), ("drain_time", .string("\(server.drainSeconds)s")),
            ("mode", .string("Serve")), ("disable_hot_restart", .bool(true)))
        return .json(
            .members(
                ("version", .string(server.version)), ("state", .string(server.state.rawValue)),
                ("uptime_current_epoch", .string("\(server.uptime)s")),
                ("uptime_all_epochs", .string("\(server.uptime)s")), ("hot_restart_version", .string("disabled")),
                ("command_line_options", options), ("node", node(server.node))))
    }

    private static func node(_ node: Node) -> ConfigValue {
        var members = [
            ConfigMember(name: "id", value: .string(node.id)),
            ConfigMember(name: "cluster", value: .string(node.cluster)),
        ]
        if let metadata = node.metadata { members.append(ConfigMember(name: "metadata", value: metadata)) }
        let places = [
            ("region", node.locality.region), ("zone", node.locality.zone), ("sub_zone", node.locality.subZone),
        ].filter { !$0.1.isEmpty }
        if !places.isEmpty {
            let locality = places.map { ConfigMember(name: $0.0, value: .string($0.1)) }
            members.append(ConfigMember(name: "locality", value: .object(locality)))
        }
        members.append(ConfigMember(name: "user_agent_name", value: .string("apus")))
        return .object(members)
    }
}
