/// `DataSource`: bytes written in place, taken from a file or from the environment.
enum DataSource {
    struct Content {
        var bytes: [UInt8]
        /// As written, when the bytes came from a file.
        var filename: String?
    }

    static func bytes(_ field: Field) -> [UInt8]? { content(field)?.bytes }

    static func content(_ field: Field) -> Content? {
        field.message("envoy.config.core.v3.DataSource") { message in
            let names = message.oneOf(
                "filename", "inline_bytes", "inline_string", "environment_variable", required: true)
            guard let (name, value) = names else { return nil }
            switch name {
            case "inline_bytes": return value.bytes().map { Content(bytes: $0) }
            case "inline_string": return value.string().map { Content(bytes: Array($0.utf8)) }
            case "environment_variable": return environment(value)
            default: return file(value)
            }
        }
    }

    private static func file(_ field: Field) -> Content? {
        guard let path = field.nonEmptyString() else { return nil }
        do {
            return Content(bytes: try field.reading.readFile(path), filename: path)
        } catch {
            field.report(.unreadableFile(path, reason: "\(error)"))
            return nil
        }
    }

    private static func environment(_ field: Field) -> Content? {
        guard let name = field.nonEmptyString() else { return nil }
        guard let bytes = field.reading.readVariable(name) else {
            field.report(.unsetVariable(name))
            return nil
        }
        return Content(bytes: bytes)
    }
}
