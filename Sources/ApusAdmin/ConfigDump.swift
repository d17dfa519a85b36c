import ApusConfig
import ApusProxy

/// A configuration in the envelopes of Envoy's `envoy.admin.v3` messages.
struct ConfigDump {
    /// One of `configs`.
    struct Envelope {
        var value: ConfigValue
        /// The fields that a mask may begin with.
        var fields: Set<String>
    }

    enum Elements {
        case unknown
        case notRepeated
        case found([ConfigValue], fields: Set<String>)
    }

    let document: ConfigValue
    /// When the configuration took effect, as JSON writes a time.
    let updated: String

    private struct Kind {
        var message: String
        /// The list in it that Apus fills.
        var list: String
        var element: String
        /// The field of an element that holds the resource, and the resource's type.
        var field: String
        var type: String
        var emptyLists: [String]
    }

    private static let clusters = Kind(
        message: "ClustersConfigDump", list: "static_clusters", element: "StaticCluster", field: "cluster",
        type: "envoy.config.cluster.v3.Cluster", emptyLists: ["dynamic_active_clusters", "dynamic_warming_clusters"])
    private static let listeners = Kind(
        message: "ListenersConfigDump", list: "static_listeners", element: "StaticListener", field: "listener",
        type: "envoy.config.listener.v3.Listener", emptyLists: ["dynamic_listeners"])
    private static let scopedRoutes = Kind(
        message: "ScopedRoutesConfigDump", list: "inline_scoped_route_configs", element: "InlineScopedRouteConfigs",
        field: "scoped_route_configs", type: "", emptyLists: ["dynamic_scoped_route_configs"])
    private static let routes = Kind(
        message: "RoutesConfigDump", list: "static_route_configs", element: "StaticRouteConfig", field: "route_config",
        type: "envoy.config.route.v3.RouteConfiguration", emptyLists: ["dynamic_route_configs"])
    private static let secrets = Kind(
        message: "SecretsConfigDump", list: "static_secrets", element: "StaticSecret", field: "secret", type: "",
        emptyLists: ["dynamic_active_secrets", "dynamic_warming_secrets"])
    private static let kinds = [clusters, listeners, scopedRoutes, routes, secrets]
    private static let typePrefix = "type.googleapis.com/envoy.admin.v3."

    func envelopes(_ names: NamePattern?) -> [Envelope] {
        let bootstrap = Envelope(
            value: .object(
                [type("BootstrapConfigDump"), ConfigMember(name: "bootstrap", value: document)] + lastUpdated),
            fields: ["bootstrap", "last_updated"])
        return [bootstrap]
            + Self.kinds.map { kind in
                let elements = resources(kind, names).map { element(kind, $0) }
                let list = elements.isEmpty ? [] : [ConfigMember(name: kind.list, value: .array(elements))]
                return Envelope(
                    value: .object([type(kind.message)] + list),
                    fields: Set(["version_info", kind.list] + kind.emptyLists))
            }
    }

    /// The elements of one list, each with its type.
    func elements(_ resource: String, _ names: NamePattern?) -> Elements {
        for kind in Self.kinds {
            let fields: Set = [kind.field, "last_updated", "version_info", "name"]
            if kind.emptyLists.contains(resource) { return .found([], fields: fields) }
            guard kind.list == resource else { continue }
            let elements = resources(kind, names).map { found in
                guard case .object(let members) = element(kind, found) else { return ConfigValue.null }
                return .object([type("\(kind.message).\(kind.element)")] + members)
            }
            return .found(elements, fields: fields)
        }
        return ["bootstrap", "last_updated", "version_info"].contains(resource) ? .notRepeated : .unknown
    }

    private var lastUpdated: [ConfigMember] {
        updated.isEmpty ? [] : [ConfigMember(name: "last_updated", value: .string(updated))]
    }

    private func type(_ message: String) -> ConfigMember {
        ConfigMember(name: "@type", value: .string(Self.typePrefix + message))
    }

    private func element(_ kind: Kind, _ resource: ConfigValue) -> ConfigValue {
        var members: [ConfigMember] = []
        if case .object(let own) = resource { members = own.filter { $0.name != "@type" } }
        members.insert(ConfigMember(name: "@type", value: .string("type.googleapis.com/\(kind.type)")), at: 0)
        return .object([ConfigMember(name: kind.field, value: .object(members))] + lastUpdated)
    }

    private func resources(_ kind: Kind, _ names: NamePattern?) -> [ConfigValue] {
        let all: [ConfigValue] =
            switch kind.list {
            case "static_clusters": document["static_resources"]?["clusters"]?.elements ?? []
            case "static_listeners": document["static_resources"]?["listeners"]?.elements ?? []
            case "static_route_configs": routeConfigurations
            default: []
            }
        guard let names else { return all }
        return all.filter { names.isFound(in: $0["name"]?.string ?? "") }
    }

    /// The inline `route_config` of every connection manager.
    private var routeConfigurations: [ConfigValue] {
        let listeners = document["static_resources"]?["listeners"]?.elements ?? []
        return listeners.flatMap { listener in
            let chains =
                (listener["filter_chains"]?.elements ?? []) + [listener["default_filter_chain"]].compactMap { $0 }
            return chains.flatMap { $0["filters"]?.elements ?? [] }.compactMap { $0["typed_config"]?["route_config"] }
        }
    }
}

extension ConfigValue {
    /// The elements of an array; none of anything else.
    var elements: [ConfigValue] { if case .array(let elements) = self { elements } else { [] } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
}
