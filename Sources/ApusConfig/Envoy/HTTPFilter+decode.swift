extension HTTPFilter {
    static func decode(_ field: Field) -> HTTPFilter? {
        field.message("envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter") { message in
            let nameField = message.required("name")
            let disabled = message.bool("disabled")
            let isOptional = message.bool("is_optional")
            let config = message["typed_config"]
            guard let nameField, let name = nameField.nonEmptyString() else { return nil }
            let settings: FilterSettings?
            if let config {
                guard let config = TypedConfig(config) else { return nil }
                settings = FilterTable.settings(config)
            } else {
                settings = FilterTable.settings(nameAlone: name, at: nameField)
            }
            guard let settings else { return nil }
            if disabled, settings.isRouter { field.report(.routerDisabled) }
            return HTTPFilter(
                name: name, disabled: disabled, isOptional: isOptional, settings: settings, source: message.source)
        }
    }
}

extension FilterOverride {
    /// `typed_per_filter_config`: by the name that a filter has in `http_filters`.
    static func decodeMap(_ message: Message) -> [String: FilterOverride] {
        guard let field = message["typed_per_filter_config"] else { return [:] }
        var overrides: [String: FilterOverride] = [:]
        for (name, value) in field.members {
            guard let (override, type) = decode(value) else { continue }
            overrides[name] = override
            value.reading.overrides.append((name, type, value))
        }
        return overrides
    }

    private static func decode(_ field: Field) -> (FilterOverride, type: String?)? {
        guard let config = TypedConfig(field) else { return nil }
        guard config.type == "envoy.config.route.v3.FilterConfig" else {
            guard let setting = FilterTable.override(config) else { return nil }
            return (FilterOverride(setting: setting, source: field.source), config.type)
        }
        return config.message { message in
            // `config: {}` says nothing but that the filter is on.
            let inner = message["config"].flatMap { $0.isEmptyMapping ? nil : TypedConfig($0) }
            if !message.has("config"), !message.has("disabled") { field.report(.missingOneOf(["config", "disabled"])) }
            let setting = inner.flatMap(FilterTable.override)
            let override = FilterOverride(
                setting: setting, disabled: message.bool("disabled"), isOptional: message.bool("is_optional"),
                source: field.source)
            return (override, inner?.type)
        }
    }
}
