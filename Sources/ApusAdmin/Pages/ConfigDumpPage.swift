import ApusConfig
import ApusProxy

/// `/config_dump`: the configuration in effect, in Envoy's envelopes.
enum ConfigDumpPage {
    @Sendable
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        var names: NamePattern?
        if let pattern = request["name_regex"], !pattern.isEmpty {
            do {
                names = try NamePattern(pattern)
            } catch {
                let reason = "INVALID_ARGUMENT: Error while parsing name_regex from \(pattern): \(error.reason)"
                return .plain(reason, status: 400)
            }
        }
        let dump = ConfigDump(
            document: await face.configDocument(), updated: await face.serverReading().configUpdated)
        let mask = request["mask"].flatMap { $0.isEmpty ? nil : FieldMask($0) }
        guard let resource = request["resource"], !resource.isEmpty else {
            return whole(dump.envelopes(names), mask)
        }
        return elements(of: dump, resource, names, mask)
    }

    private static func whole(_ envelopes: [ConfigDump.Envelope], _ mask: FieldMask?) -> AdminAnswer {
        guard let mask else { return configs(envelopes.map(\.value)) }
        let chosen = envelopes.filter { mask.fits($0.fields) }
        guard !chosen.isEmpty else {
            return .plain("FieldMask \(mask.text) could not be successfully applied to any configs.", status: 400)
        }
        return configs(chosen.map { mask.trimming($0.value) })
    }

    private static func elements(
        of dump: ConfigDump, _ resource: String, _ names: NamePattern?, _ mask: FieldMask?
    ) -> AdminAnswer {
        switch dump.elements(resource, names) {
        case .unknown: return .plain("\(resource) not found in config dump", status: 404)
        case .notRepeated:
            return .plain(
                "\(resource) is not a repeated field. Use ?mask=\(resource) to get only this field", status: 400)
        case .found(let elements, let fields):
            guard let mask else { return configs(elements) }
            guard mask.fits(fields) else {
                return .plain("FieldMask \(mask.text) could not be successfully used.", status: 400)
            }
            return configs(elements.map(mask.trimming))
        }
    }

    private static func configs(_ values: [ConfigValue]) -> AdminAnswer {
        values.isEmpty ? .json(.object([])) : .json(.members(("configs", .array(values))))
    }
}
