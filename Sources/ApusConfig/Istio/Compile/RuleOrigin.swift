/// Where a route of rules comes from. It is kept in the route's metadata, so that whoever dumps the routes sees it.
public struct RuleOrigin: Sendable, Equatable {
    /// The document that says what the route does, which may be a delegate.
    public let document: String
    public let line: Int
    /// The VirtualService that leads the host; nil for a service's own route.
    public let virtualService: RuleName?
}

extension Metadata {
    /// The VirtualService as Istio's own routes name it, and the document and line that say what the route does.
    static func origin(virtualService: RuleName? = nil, document: RuleName, line: Int) -> Metadata {
        var metadata = Metadata(filterMetadata: [
            "apus": .object([
                ConfigMember(name: "document", value: .string(document.description)),
                ConfigMember(name: "line", value: .number(Double(line))),
            ])
        ])
        if let virtualService {
            let path =
                "/apis/networking.istio.io/v1/namespaces/\(virtualService.namespace)/virtual-service/\(virtualService.name)"
            metadata.filterMetadata["istio"] = .object([ConfigMember(name: "config", value: .string(path))])
        }
        return metadata
    }

    /// nil where no rule has made the route.
    public var ruleOrigin: RuleOrigin? {
        guard case .string(let document)? = filterMetadata["apus"]?["document"],
            case .number(let number)? = filterMetadata["apus"]?["line"], let line = Int(exactly: number)
        else { return nil }
        return RuleOrigin(document: document, line: line, virtualService: virtualService)
    }

    private var virtualService: RuleName? {
        guard case .string(let path)? = filterMetadata["istio"]?["config"] else { return nil }
        let parts = path.split(separator: "/").map { String($0) }
        guard parts.count == 7, parts[3] == "namespaces", parts[5] == "virtual-service" else { return nil }
        return RuleName(kind: .virtualService, namespace: parts[4], name: parts[6])
    }
}
