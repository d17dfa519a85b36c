extension Metadata {
    static func decode(_ field: Field) -> Metadata? {
        field.message("envoy.config.core.v3.Metadata") { message in
            var data: [String: ConfigValue] = [:]
            for (namespace, value) in message["filter_metadata"]?.members ?? [] {
                guard case .mapping = value.node.content else {
                    value.wrongType("a mapping")
                    continue
                }
                data[namespace] = value.configValue()
            }
            return Metadata(filterMetadata: data)
        }
    }
}
