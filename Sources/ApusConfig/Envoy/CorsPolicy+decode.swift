extension CorsPolicy {
    static func decode(_ config: TypedConfig) -> CorsPolicy? {
        config.message { decode($0) }
    }

    /// The deprecated policy of virtual hosts and route actions.
    static func decodeLegacy(_ field: Field) -> CorsPolicy? {
        field.message("envoy.config.route.v3.CorsPolicy") { decode($0) }
    }

    private static func decode(_ message: Message) -> CorsPolicy? {
        CorsPolicy(
            allowOriginStringMatch: message.each("allow_origin_string_match", StringMatcher.decode),
            allowMethods: message.string("allow_methods"),
            allowHeaders: message.string("allow_headers"),
            exposeHeaders: message.string("expose_headers"),
            maxAge: message.string("max_age"),
            allowCredentials: message.flag("allow_credentials"),
            filterEnabled: message["filter_enabled"].flatMap(RuntimeFraction.decode),
            shadowEnabled: message["shadow_enabled"].flatMap(RuntimeFraction.decode),
            allowPrivateNetworkAccess: message.flag("allow_private_network_access"),
            forwardNotMatchingPreflights: message.bool("forward_not_matching_preflights", default: true),
            source: message.source)
    }
}
