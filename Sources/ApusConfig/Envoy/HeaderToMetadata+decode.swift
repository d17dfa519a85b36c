extension HeaderToMetadata {
    static func decode(_ config: TypedConfig) -> HeaderToMetadata? {
        config.message { message in
            let requests = message.each("request_rules", MetadataRule.decode)
            let responses = message.each("response_rules", MetadataRule.decode)
            if !message.has("request_rules"), !message.has("response_rules") {
                message.field.warn(.noRules)
            }
            return HeaderToMetadata(
                requestRules: requests, responseRules: responses, statPrefix: message.string("stat_prefix"),
                source: message.source)
        }
    }
}

extension MetadataRule {
    static func decode(_ field: Field) -> MetadataRule? {
        field.message("envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule") { message in
            let choice = message.oneOf("header", "cookie", required: true)
            let present = message["on_header_present"]
            let missing = message["on_header_missing"]
            let onPresent = present.flatMap(MetadataTarget.decode)
            let onMissing = missing.flatMap(MetadataTarget.decode)
            let remove = message["remove"]
            let removes = remove?.bool() ?? false
            if present == nil, missing == nil {
                field.report(.missingOneOf(["on_header_present", "on_header_missing"]))
            }
            if let missing, let onMissing, onMissing.value.isEmpty { missing.report(.missingField("value")) }
            if choice?.name == "cookie", removes { remove?.report(.onlyWith("header")) }
            guard let choice, let text = choice.value.nonEmptyString() else { return nil }
            return MetadataRule(
                origin: choice.name == "header" ? .header(text.lowercased()) : .cookie(text),
                onHeaderPresent: onPresent, onHeaderMissing: onMissing, remove: removes, source: message.source)
        }
    }
}

extension MetadataTarget {
    static func decode(_ field: Field) -> MetadataTarget? {
        field.message("envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair") { message in
            let key = message.name("key")
            let value = message.string("value")
            let rewriteField = message["regex_value_rewrite"]
            if !value.isEmpty { rewriteField?.report(.conflicting(["value", "regex_value_rewrite"])) }
            let rewrite = rewriteField.flatMap(RegexRewrite.decode)
            let type: MetadataValueType =
                message["type"]?.choice(["STRING": .string, "NUMBER": .number, "PROTOBUF_VALUE": .protobufValue])
                ?? .string
            let encoding: MetadataEncoding =
                message["encode"]?.choice(["NONE": MetadataEncoding.none, "BASE64": .base64]) ?? .none
            let namespace = message.string("metadata_namespace")
            guard let key else { return nil }
            return MetadataTarget(
                metadataNamespace: namespace, key: key, value: value, regexValueRewrite: rewrite, type: type,
                encode: encoding)
        }
    }
}
