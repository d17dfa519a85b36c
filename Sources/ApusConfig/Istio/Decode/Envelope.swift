/// What every document of Kubernetes has around its rule.
struct Envelope {
    let field: Field
    let kind: String
    let apiVersion: String
    /// nil: left out, or wrong, which has been reported.
    let known: RuleKind?
    private(set) var name = ""
    private(set) var namespace: String
    private(set) var labels: [String: String] = [:]
    private(set) var annotations: [String: String] = [:]
    /// Seconds since 1970.
    private(set) var created: Double?

    private static let networking = "networking.istio.io"
    private static let versions: Set = ["v1alpha3", "v1beta1", "v1"]

    /// `VirtualService/default/reviews`
    var resource: String { "\(kind)/\(namespace)/\(name)" }

    init?(_ field: Field, kind: String, namespace: String) {
        self.field = field
        self.kind = kind
        self.namespace = namespace
        apiVersion = field.member("apiVersion")?.text ?? ""
        guard !kind.isEmpty else {
            field.report(.missingField("kind"))
            return nil
        }
        guard !apiVersion.isEmpty else {
            field.report(.missingField("apiVersion"))
            return nil
        }
        known = Self.known(kind, apiVersion, field)
        readMetadata()
        if known == nil, !field.reading.hasErrors { field.warn(.ignoredKind(kind)) }
    }

    private static func known(_ kind: String, _ apiVersion: String, _ field: Field) -> RuleKind? {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let kinds = RuleKind.allCases
        if parts.count == 1 {
            guard apiVersion == "v1", let found = RuleKind(rawValue: kind), found.isOfCore else { return nil }
            return found
        }
        guard parts[0] == networking else { return nil }
        guard versions.contains(String(parts[1])) else {
            field.member("apiVersion")?.report(
                .unknownChoice(
                    apiVersion, options: versions.sorted().map { "\(networking)/\($0)" }, nearest: nil))
            return nil
        }
        guard let found = RuleKind(rawValue: kind), !found.isOfCore else {
            let names = kinds.filter { !$0.isOfCore }.map(\.rawValue)
            field.member("kind")?.report(
                .unknownChoice(kind, options: names, nearest: nearestName(to: kind, among: names)))
            return nil
        }
        return found
    }

    private mutating func readMetadata() {
        guard let metadata = field.member("metadata") else {
            if known != nil { field.report(.missingField("metadata")) }
            return
        }
        guard case .mapping = metadata.node.content else {
            metadata.wrongType("a mapping")
            return
        }
        if let own = metadata.member("namespace")?.string(), !own.isEmpty { namespace = own }
        if let own = metadata.member("name") {
            name = own.string() ?? ""
            if known != nil, !NameText.isObjectName(name) { own.report(.badObjectName(name)) }
        } else if known != nil {
            metadata.report(RuleError.missingName)
        }
        labels = Self.texts(metadata.member("labels"))
        annotations = Self.texts(metadata.member("annotations"))
        created = metadata.member("creationTimestamp")?.text.flatMap(Timestamp.parse)
        if known != nil, !NameText.isLabel(namespace) {
            (metadata.member("namespace") ?? metadata).report(.badObjectName(namespace))
        }
    }

    private static func texts(_ field: Field?) -> [String: String] {
        guard let field, case .mapping = field.node.content else { return [:] }
        var texts: [String: String] = [:]
        for (key, value) in field.members {
            if let text = value.string() { texts[key] = text }
        }
        return texts
    }

    /// Reads the rule itself.
    func spec(_ kind: RuleKind) -> RuleSpec? {
        var own = ["apiVersion", "kind", "metadata", "status"]
        if kind == .secret { own += ["data", "stringData", "type", "immutable"] } else { own.append("spec") }
        if case .mapping(let entries) = field.node.content {
            for entry in entries where !own.contains(entry.key) {
                let mark = SourceMark(file: field.reading.file, line: entry.line, column: entry.column)
                field.reading.report(
                    ConfigurationError.unknownField(entry.key, nearest: nearestName(to: entry.key, among: own)),
                    at: mark, path: field.place.field(entry.key).path)
            }
        }
        if kind == .secret { return KubernetesSecret.decode(field).map(RuleSpec.secret) }
        guard let spec = field.member("spec") else {
            field.report(.missingField("spec"))
            return nil
        }
        return switch kind {
        case .virtualService: VirtualService.decode(spec).map(RuleSpec.virtualService)
        case .destinationRule: DestinationRule.decode(spec).map(RuleSpec.destinationRule)
        case .serviceEntry: ServiceEntry.decode(spec).map(RuleSpec.serviceEntry)
        case .workloadEntry: WorkloadEntry.decode(spec).map(RuleSpec.workloadEntry)
        case .gateway: Gateway.decode(spec).map(RuleSpec.gateway)
        case .sidecar: Sidecar.decode(spec).map(RuleSpec.sidecar)
        case .envoyFilter: EnvoyFilter.decode(spec).map(RuleSpec.envoyFilter)
        case .service: KubernetesService.decode(spec).map(RuleSpec.service)
        case .secret: nil
        }
    }
}

extension RuleKind {
    fileprivate var isOfCore: Bool { self == .service || self == .secret }
}

extension NameText {
    /// What an object may be called: labels with dots between them.
    static func isObjectName(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }
}

/// Moments as Kubernetes writes them (RFC 3339).
enum Timestamp {
    /// Seconds since 1970; nil for anything else.
    static func parse(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84 || bytes[10] == 116, bytes[13] == 58,
            bytes[16] == 58
        else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        // Days since 1970 of a date of the Gregorian calendar, years beginning in March.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == 46 {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            fraction = Double("0." + String(decoding: digits, as: UTF8.self)) ?? 0
            rest = rest.dropFirst(1 + digits.count)
        }
        var offset = 0
        if rest.count == 6, let sign = rest.first, sign == 43 || sign == 45 {
            let parts = String(decoding: rest.dropFirst(), as: UTF8.self).split(separator: ":")
            guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]) else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == 43 ? 1 : -1)
        } else if rest.count != 1 || rest.first != 90 && rest.first != 122 {
            return nil
        }
        return Double(days * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction
    }
}
