import ApusConfig
import ApusProxy

/// `/filters`: the scripts of filters, shown and edited while requests pass.
enum FiltersPage {
    @Sendable
    static func list(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        .json(.array(await face.scriptReadings().map(\.json)))
    }

    @Sendable
    static func source(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        guard let text = await face.scriptText(request.name) else { return unknown(request) }
        return .text(text)
    }

    @Sendable
    static func replace(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        let dryRun: Bool
        switch request["dry_run"] {
        case nil, "false": dryRun = false
        case "true", "": dryRun = true
        case .some(let other):
            return errors([ScriptFault(file: "", line: 0, message: "dry_run is true or false, not '\(other)'")])
        }
        guard let text = String(validating: request.body, as: UTF8.self) else {
            return errors([ScriptFault(file: request.name, line: 0, message: "the source is not text in UTF-8")])
        }
        return answer(await face.replaceScript(request.name, with: text, dryRun: dryRun), request)
    }

    @Sendable
    static func rollBack(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        answer(await face.rollBackScript(request.name), request)
    }

    private static func answer(_ change: ScriptChange, _ request: AdminRequest) -> AdminAnswer {
        switch change {
        case .done(let hash): .json(.members(("name", .string(request.name)), ("sha256", .string(hash))))
        case .refused(let fault): errors([fault])
        case .unknown: unknown(request)
        case .nothingBefore: .text("There is no source before this one.\n", status: 409)
        }
    }

    private static func unknown(_ request: AdminRequest) -> AdminAnswer {
        .text("There is no script '\(request.name)'; GET /filters lists them.\n", status: 404)
    }

    private static func errors(_ faults: [ScriptFault]) -> AdminAnswer {
        let errors = faults.map { fault in
            ConfigValue.members(
                ("file", .string(fault.file)), ("line", .number(Double(fault.line))),
                ("message", .string(fault.message)))
        }
        return .json(.members(("errors", .array(errors))), status: 400)
    }
}

extension ScriptReading {
    fileprivate var json: ConfigValue {
        var members = [ConfigMember(name: "name", value: .string(name))]
        if let filename {
            members.append(ConfigMember(name: "file", value: .string(filename)))
        } else {
            members.append(ConfigMember(name: "place", value: .string(place)))
        }
        members += [
            ConfigMember(name: "sha256", value: .string(hash)), ConfigMember(name: "since", value: .string(since)),
            ConfigMember(name: "versions", value: .number(Double(previousVersions))),
        ]
        members += counters.map { ConfigMember(name: $0.name, value: .number(Double($0.value))) }
        members += [
            ConfigMember(name: "memory_bytes", value: .number(Double(memoryBytes))),
            ConfigMember(name: "states", value: .number(Double(states))),
        ]
        return .object(members)
    }
}
