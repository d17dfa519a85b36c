extension LocalReplyConfig {
    static func decode(_ field: Field) -> LocalReplyConfig? {
        field.message("envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig") { message in
            LocalReplyConfig(
                mappers: message.each("mappers", ResponseMapper.decode),
                bodyFormat: message["body_format"].flatMap(SubstitutionFormat.decode))
        }
    }
}

extension ResponseMapper {
    static func decode(_ field: Field) -> ResponseMapper? {
        field.message("envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper") { message in
            let filter = message.required("filter").flatMap(AccessLogFilter.decode)
            let status = message.uint32("status_code", in: 200...599)
            let body = message["body"].flatMap(DataSource.bytes)
            let format = message["body_format_override"].flatMap(SubstitutionFormat.decode)
            let headers = message.each("headers_to_add") { HeaderValueOption.decode($0) }
            guard let filter else { return nil }
            return ResponseMapper(
                filter: filter, statusCode: status, body: body, bodyFormatOverride: format, headersToAdd: headers,
                source: message.source)
        }
    }
}
