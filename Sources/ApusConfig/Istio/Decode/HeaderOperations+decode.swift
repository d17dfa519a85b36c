extension HeaderOperations {
    static func decode(_ field: Field) -> HeaderOperations? {
        field.message("networking.istio.io.Headers") { message in
            var headers = HeaderOperations()
            headers.request = message["request"].flatMap { Operations.decode($0, isRequest: true) } ?? Operations()
            headers.response = message["response"].flatMap { Operations.decode($0, isRequest: false) } ?? Operations()
            return headers
        }
    }
}

extension HeaderOperations.Operations {
    fileprivate static func decode(_ field: Field, isRequest: Bool) -> HeaderOperations.Operations? {
        field.message("networking.istio.io.Headers.HeaderOperations") { message in
            var operations = HeaderOperations.Operations()
            operations.set = headers(message["set"], isRequest)
            operations.add = headers(message["add"], isRequest)
            operations.remove = message.each("remove") { field in
                guard let name = field.string() else { return nil }
                if name.hasPrefix(":") || name.lowercased() == "host" {
                    field.report(.hostInResponse(name))
                } else if !HeaderText.isToken(name) {
                    field.report(.noHeaderName(name))
                }
                return name
            }
            return operations
        }
    }

    private static func headers(_ field: Field?, _ isRequest: Bool) -> [HeaderOperations.Header] {
        guard let field else { return [] }
        return field.members.compactMap { key, value in
            guard let text = value.string() else { return nil }
            let name = key.lowercased()
            let isAuthority = name == ":authority" || name == "host"
            if isAuthority, !isRequest {
                value.report(.hostInResponse(key))
            } else if name.hasPrefix(":"), !isAuthority {
                value.report(.pseudoHeader(key))
            } else if !HeaderText.isToken(name) {
                value.report(.noHeaderName(key))
            }
            if text.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) {
                value.report(.controlInHeader)
            } else {
                _ = value.format(text)
            }
            return HeaderOperations.Header(name: isAuthority ? ":authority" : name, value: text)
        }
    }
}
