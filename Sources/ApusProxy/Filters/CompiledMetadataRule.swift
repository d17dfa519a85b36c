import ApusConfig

/// One rule: where a value comes from, and what becomes of it.
struct CompiledMetadataRule: Sendable {
    private enum Origin {
        case header(HeaderName, removes: Bool)
        case cookie(OwnedBytes)
    }

    private let origin: Origin
    private let present: CompiledMetadataTarget?
    private let missing: CompiledMetadataTarget?

    init(_ rule: MetadataRule) throws {
        switch rule.origin {
        case .header(let name): origin = .header(HeaderName(name), removes: rule.remove)
        case .cookie(let name): origin = .cookie(OwnedBytes(name))
        }
        present = try rule.onHeaderPresent.map(CompiledMetadataTarget.init)
        missing = try rule.onHeaderMissing.map(CompiledMetadataTarget.init)
    }

    struct Outcome: Equatable {
        var usedMissing = false
        var result = MetadataResult.nothing
    }

    func apply(to head: Head, metadata: inout [String: ConfigValue]) -> Outcome {
        switch origin {
        case .header(let name, let removes):
            guard head.value(name) != nil else { return applyMissing(&metadata) }
            defer { if removes { head.remove(name) } }
            guard let present else { return Outcome() }
            return Outcome(result: present.write(present.needsValue ? head.joined(name) : "", to: &metadata))
        case .cookie(let name):
            guard let value = head.cookie(name.bytes), value.count > 0 else { return applyMissing(&metadata) }
            guard let present else { return Outcome() }
            return Outcome(result: present.write(present.needsValue ? value.string : "", to: &metadata))
        }
    }

    private func applyMissing(_ metadata: inout [String: ConfigValue]) -> Outcome {
        guard let missing else { return Outcome() }
        return Outcome(usedMissing: true, result: missing.write("", to: &metadata))
    }
}

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

extension Head {
    /// All values of a name, joined with commas.
    func joined(_ name: HeaderName) -> String {
        var text = ""
        var isFirst = true
        forEachValue(name) { value in
            if !isFirst { text += "," }
            text += value.string
            isFirst = false
        }
        return text
    }

    /// The value of the first cookie of this name, without quotes around it.
    func cookie(_ name: Bytes) -> Bytes? {
        guard has(.cookie) else { return nil }
        var found: Bytes?
        forEachValue(HeaderName.cookie) { header in
            guard found == nil else { return }
            for pair in header.split(separator: 0x3b) {
                let pair = Bytes(rebasing: pair).trimmed
                guard let equals = pair.firstIndex(of: 0x3d), Bytes(rebasing: pair[..<equals]).equals(name) else {
                    continue
                }
                found = Bytes(rebasing: pair[(equals + 1)...]).unquoted
                return
            }
        }
        return found
    }
}

extension HeaderName {
    fileprivate static let cookie = HeaderName("cookie")
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate var unquoted: Bytes {
        count >= 2 && self[0] == 0x22 && self[count - 1] == 0x22 ? Bytes(rebasing: self[1..<count - 1]) : self
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
