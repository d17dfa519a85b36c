extension HeaderOperations {
    static func decode(_ field: Field) -> HeaderOperations? {
        field.message("networking.istio.io.Headers") { message in
            var headers = HeaderOperations()
            headers.request = message["request"].flatMap { Operations.decode($0, isRequest: true) } ?? Operations()
            headers.response = message["response"].flatMap { Operations.decode($0, isRequest: false) } ?? Operations()
            return headers
        }
    }

    /// A request's authority is set in one place only.
    func checkAuthority(rewrite: HTTPRewrite?, at field: Field) {
        let count = (request.set + request.add).count { $0.name == ":authority" }
        if count + (rewrite?.authority.isEmpty == false ? 1 : 0) > 1 { field.report(.authorityTwice) }
    }
}

extension HeaderOperations.Operations {
    static func decode(_ field: Field, isRequest: Bool) -> Self? {
        field.message("networking.istio.io.Headers.HeaderOperations") { message in
            var operations = Self()
            operations.set = message["set"].map { headers($0, isRequest: isRequest) } ?? []
            operations.add = message["add"].map { headers($0, isRequest: isRequest) } ?? []
            operations.remove = message.each("remove") { field in
                guard let name = field.string() else { return nil }
                if isHost(name) {
                    field.report(.hostRemoved(name))
                } else {
                    check(name, at: field)
                }
                return name.lowercased()
            }
            return operations
        }
    }

    private static func headers(_ field: Field, isRequest: Bool) -> [HeaderOperations.Header] {
        field.members.compactMap { name, value in
            if !isHost(name) {
                check(name, at: value)
            } else if !isRequest {
                value.report(.hostInResponse(name))
            }
            guard let text = value.string() else { return nil }
            if HeaderText.checkText(text, at: value) { _ = value.format(text) }
            return HeaderOperations.Header(name: isHost(name) ? ":authority" : name.lowercased(), value: text)
        }
    }

    private static func check(_ name: String, at field: Field) {
        if name.isEmpty {
            field.report(.emptyHeaderName)
        } else if name.hasPrefix(":") {
            field.report(.pseudoHeader(name))
        } else {
            _ = HeaderText.checkName(name, at: field)
        }
    }

    private static func isHost(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower == "host" || lower == ":authority"
    }
}
