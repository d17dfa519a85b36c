import ApusConfig

/// What became of a value.
enum MetadataResult: Equatable {
    case added
    /// Empty, or not of the type that was asked for.
    case nothing
    case tooLong
    case notBase64
}

/// Under which name a value is kept, and what it is turned into before.
struct CompiledMetadataTarget: Sendable {
    private let namespace: String
    private let key: String
    private let fixed: String
    private let rewrite: (regex: CompiledRegex, substitution: String)?
    private let type: MetadataValueType
    private let encoding: MetadataEncoding

    /// Longer values are left out, as in Envoy.
    private static let longest = 8 * 1024

    init(_ target: MetadataTarget) throws {
        let named = target.metadataNamespace
        namespace = named.isEmpty ? "envoy.filters.http.header_to_metadata" : named
        key = target.key
        fixed = target.value
        rewrite = try target.regexValueRewrite.map { (try CompiledRegex($0.pattern.regex), $0.substitution) }
        type = target.type
        encoding = target.encode
    }

    /// Whether the header's value matters at all.
    var needsValue: Bool { fixed.isEmpty }

    func write(_ found: String, to metadata: inout [String: ConfigValue]) -> MetadataResult {
        let text = fixed.isEmpty ? rewritten(found) : fixed
        if text.isEmpty { return .nothing }
        if text.utf8.count >= Self.longest { return .tooLong }
        var bytes = Array(text.utf8)
        if encoding == .base64 {
            guard let decoded = Base64.decode(bytes), !decoded.isEmpty else { return .notBase64 }
            bytes = decoded
        }
        guard let value = typed(bytes) else { return .nothing }
        metadata.set(value, for: key, in: namespace)
        return .added
    }

    private func rewritten(_ text: String) -> String {
        guard let rewrite else { return text }
        var text = text
        return text.withUTF8 { rewrite.regex.replacingAll(in: $0, with: rewrite.substitution) } ?? text
    }

    private func typed(_ bytes: [UInt8]) -> ConfigValue? {
        switch type {
        case .string: .string(String(decoding: bytes, as: UTF8.self))
        case .number: bytes.withUnsafeBufferPointer { Double($0.trimmed.string) }.map(ConfigValue.number)
        case .protobufValue: ProtobufValue.decode(bytes)
        }
    }
}

extension [String: ConfigValue] {
    /// Sets one member of a namespace's object; others stay.
    mutating func set(_ value: ConfigValue, for key: String, in namespace: String) {
        guard case .object(var members)? = removeValue(forKey: namespace) else {
            self[namespace] = .object([ConfigMember(name: key, value: value)])
            return
        }
        if let at = members.firstIndex(where: { $0.name == key }) {
            members[at].value = value
        } else {
            members.append(ConfigMember(name: key, value: value))
        }
        self[namespace] = .object(members)
    }
}
