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
