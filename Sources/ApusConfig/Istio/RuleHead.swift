/// What a document says about itself before its spec: kind, version, name and metadata.
struct RuleHead {
    private static let group = "networking.istio.io"
    private static let versions = ["v1", "v1beta1", "v1alpha3"]
    /// Kinds of that group that Istio has and Apus does not.
    private static let otherKinds = ["ProxyConfig", "WorkloadGroup"]

    private let apiVersion: String
    private let kind: String
    private let namespace: String
    private let name: String
    private let isRule: Bool

    /// `VirtualService/default/reviews`, as far as it is known.
    var resource: String { kind.isEmpty ? "" : "\(kind)/\(namespace)/\(name)" }
    /// A list of documents, as `kubectl get -o yaml` prints it.
    var isList: Bool { kind == "List" && apiVersion == "v1" }

    init(_ field: Field, defaultNamespace: String) {
        apiVersion = field.exact("apiVersion")?.text ?? ""
        kind = field.exact("kind")?.text ?? ""
        let metadata = field.exact("metadata")
        let own = metadata?.exact("namespace")?.text ?? ""
        namespace = own.isEmpty ? defaultNamespace : own
        name = metadata?.exact("name")?.text ?? ""
        isRule = apiVersion.hasPrefix(Self.group + "/")
    }

    /// The rule that a document is; nil when there is none or it is not known, which has been reported.
    func decode(_ field: Field) -> Rule? {
        guard field.node.isMapping else {
            field.wrongType("a mapping with apiVersion, kind, metadata and spec")
            return nil
        }
        guard isKnown(field) else { return nil }
        guard let kind = ruleKind(field) else { return nil }
        // Decoders leave their notes in the tree; this is how its author wrote it.
        let document = field.node.document
        let metadata = RuleMetadata(field, kind: kind, namespace: namespace)
        let spec = spec(field, kind)
        guard !field.reading.hasErrors, let spec else { return nil }
        return Rule(
            name: RuleName(kind: kind, namespace: namespace, name: name), apiVersion: apiVersion,
            labels: metadata.labels, annotations: metadata.annotations, created: metadata.created, spec: spec,
            document: document.named(namespace: namespace), source: field.source)
    }

    private func isKnown(_ field: Field) -> Bool {
        let kindField = field.exact("kind")
        let versionField = field.exact("apiVersion")
        if versionField == nil { field.report(.missingField("apiVersion")) }
        if kindField == nil { field.report(.missingField("kind")) }
        guard let kindField, let versionField else { return false }
        let isText = versionField.string() != nil
        return kindField.string() != nil && isText
    }

    private func ruleKind(_ field: Field) -> RuleKind? {
        let known = RuleKind(rawValue: kind)
        let isCore = known == .service || known == .secret
        guard isRule else {
            if isCore, apiVersion == "v1" { return known }
            if isList {
                // Without items there is nothing in it.
                return nil
            }
            (field.exact("kind") ?? field).warn(.ignoredKind(kind))
            return nil
        }
        let version = String(apiVersion.dropFirst(Self.group.count + 1))
        let kinds = RuleKind.allCases.filter { $0 != .service && $0 != .secret }
        var isGood = true
        if !Self.versions.contains(version) {
            isGood = false
            (field.exact("apiVersion") ?? field).report(.unknownVersion(version, known: Self.versions))
        }
        if known == nil || isCore {
            isGood = false
            let nearest = nearestName(to: kind, among: kinds.map(\.rawValue))
            let error: RuleError =
                Self.otherKinds.contains(kind) ? .unsupportedKind(kind) : .unknownKind(kind, nearest: nearest)
            (field.exact("kind") ?? field).report(error)
        }
        return isGood ? known : nil
    }

    private func spec(_ field: Field, _ kind: RuleKind) -> RuleSpec? {
        let isSecret = kind == .secret
        field.reportUnknown(
            besides: ["apiVersion", "kind", "metadata", "status"]
                + (isSecret ? ["data", "stringData", "type", "immutable"] : ["spec"]))
        if isSecret { return KubernetesSecret.decode(field).map(RuleSpec.secret) }
        guard let spec = field.exact("spec") else {
            field.report(.missingField("spec"))
            return nil
        }
        switch kind {
        case .virtualService: return VirtualService.decode(spec).map(RuleSpec.virtualService)
        case .destinationRule: return DestinationRule.decode(spec).map(RuleSpec.destinationRule)
        case .serviceEntry: return ServiceEntry.decode(spec).map(RuleSpec.serviceEntry)
        case .workloadEntry: return WorkloadEntry.decode(spec).map(RuleSpec.workloadEntry)
        case .gateway: return Gateway.decode(spec).map(RuleSpec.gateway)
        case .sidecar: return Sidecar.decode(spec).map(RuleSpec.sidecar)
        case .envoyFilter: return EnvoyFilter.decode(spec).map(RuleSpec.envoyFilter)
        case .service: return KubernetesService.decode(spec).map(RuleSpec.service)
        case .secret: return nil
        }
    }
}

/// The metadata that mean something here; all others may stand there.
private struct RuleMetadata {
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    var created: Double?

    init(_ document: Field, kind: RuleKind, namespace: String) {
        guard let field = document.exact("metadata") else {
            document.report(.missingName)
            return
        }
        guard field.node.isMapping else {
            field.wrongType("a mapping")
            return
        }
        if let name = field.exact("name") {
            kind == .gateway ? Gateway.checkName(name) : Self.check(name, allowsDots: kind != .service)
        } else {
            field.report(.missingName)
        }
        if let own = field.exact("namespace") { Self.check(own, allowsDots: false, allowsEmpty: true) }
        labels = field.exact("labels").map(Self.texts) ?? [:]
        annotations = field.exact("annotations").map(Self.texts) ?? [:]
        if let time = field.exact("creationTimestamp"), let text = time.text {
            created = TimeText.seconds(text)
            if created == nil { time.report(.badTime(text)) }
        }
    }

    private static func texts(_ field: Field) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in field.members { texts[key] = value.string() }
        return texts
    }

    /// Istio's label rule: capitals are letters, too. Kubernetes lets most names have dots.
    private static func check(_ field: Field, allowsDots: Bool, allowsEmpty: Bool = false) {
        guard let text = field.string(), !(allowsEmpty && text.isEmpty) else { return }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isGood = text.utf8.count <= 253 && parts.allSatisfy { NameText.isLabel($0) }
        if !isGood || (parts.count > 1 && !allowsDots) { field.report(RuleError.badRuleName(text)) }
    }
}

extension Field {
    /// A member by this spelling alone: Kubernetes' own fields have no other.
    func exact(_ name: String) -> Field? {
        guard case .mapping(let entries) = node.content,
            let entry = entries.first(where: { $0.key == name && !$0.value.isNull })
        else { return nil }
        return Field(node: entry.value, place: place.field(name), reading: reading)
    }

    func reportUnknown(besides known: [String]) {
        guard case .mapping(let entries) = node.content else { return }
        for entry in entries where !known.contains(entry.key) && !reading.isFull {
            let mark = SourceMark(file: reading.file, line: entry.line, column: entry.column)
            let nearest = nearestName(to: entry.key, among: known)
            reading.report(.unknownField(entry.key, nearest: nearest), at: mark, path: place.named(entry.key).path)
        }
    }
}

extension ConfigValue {
    /// The document with its namespace written in.
    fileprivate func named(namespace: String) -> ConfigValue {
        guard case .object(var members) = self, let index = members.firstIndex(where: { $0.name == "metadata" }),
            case .object(var metadata) = members[index].value
        else { return self }
        let member = ConfigMember(name: "namespace", value: .string(namespace))
        if let own = metadata.firstIndex(where: { $0.name == "namespace" }) {
            metadata[own] = member
        } else {
            let name = metadata.firstIndex { $0.name == "name" }
            metadata.insert(member, at: name.map { $0 + 1 } ?? 0)
        }
        members[index].value = .object(metadata)
        return .object(members)
    }
}
