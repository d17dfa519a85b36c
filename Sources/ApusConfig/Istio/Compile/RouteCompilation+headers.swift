/// `headers` of a rule or a destination in Envoy's terms. Within one level Envoy removes, then sets, then adds.
struct CompiledOperations {
    var request: HeaderMutation
    var response: HeaderMutation
    /// What the request's authority becomes; empty: what it was.
    var authority: String

    init(_ headers: HeaderOperations) {
        request = HeaderMutation(headers.request)
        response = HeaderMutation(headers.response)
        let operations = headers.request
        authority = (operations.set + operations.add).first { $0.isAuthority }?.value ?? ""
    }

    /// These operations, and behind them those of a destination; an authority is not overwritten.
    func followed(by other: CompiledOperations) -> CompiledOperations {
        var joined = self
        joined.request.append(other.request)
        joined.response.append(other.response)
        if joined.authority.isEmpty { joined.authority = other.authority }
        return joined
    }
}

extension HeaderMutation {
    init(_ operations: HeaderOperations.Operations) {
        self.init(
            add: operations.set.compactMap { HeaderValueOption($0, .overwriteIfExistsOrAdd) }
                + operations.add.compactMap { HeaderValueOption($0, .appendIfExistsOrAdd) },
            remove: operations.remove.map { $0.lowercased() }.filter { !$0.hasPrefix(":") && $0 != "host" })
    }

    fileprivate mutating func append(_ other: HeaderMutation) {
        add += other.add
        remove += other.remove
    }
}

extension HeaderValueOption {
    /// nil for the authority, which is rewritten by other means.
    fileprivate init?(_ header: HeaderOperations.Header, _ action: HeaderAppendAction) {
        guard !header.isAuthority, !header.name.hasPrefix(":") else { return nil }
        // What is no format was refused when it was read.
        let value = (try? FormatString(parsing: header.value)) ?? FormatString(literal: header.value)
        self.init(key: header.name, value: value, appendAction: action)
    }
}

extension HeaderOperations.Header {
    fileprivate var isAuthority: Bool { name == ":authority" || name == "host" }
}
