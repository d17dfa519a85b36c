extension ClusterCompilation {
    /// What statistics and the dump of the configuration say of the cluster: `filter_metadata.istio` as Istio writes it.
    func metadata(_ port: ServicePort, subset: Subset?) -> Metadata {
        var members: [ConfigMember] = []
        if let rule { members.append(ConfigMember(name: "config", value: .string(rule.configPath))) }
        if let subset { members.append(ConfigMember(name: "subset", value: .string(subset.name))) }
        members.append(ConfigMember(name: "default_original_port", value: .number(Double(port.number))))
        let names = [("host", service.host), ("name", service.name), ("namespace", service.namespace)]
        let entry = ConfigValue.object(names.map { ConfigMember(name: $0.0, value: .string($0.1)) })
        members.append(ConfigMember(name: "services", value: .array([entry])))
        return Metadata(filterMetadata: ["istio": .object(members)])
    }
}

extension MergedDestinationRule {
    fileprivate var configPath: String {
        "/apis/networking.istio.io/v1alpha3/namespaces/\(name.namespace)/destination-rule/\(name.name)"
    }
}
