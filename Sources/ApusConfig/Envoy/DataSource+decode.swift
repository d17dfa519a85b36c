/// `DataSource`: bytes written in place, taken from a file or from the environment.
enum DataSource {
    static func bytes(_ field: Field) -> [UInt8]? {
        field.message("envoy.config.core.v3.DataSource") { message in
            guard let (name, value) = message.oneOf("filename", "inline_bytes", "inline_string", required: true)
            else { return nil }
            switch name {
            case "inline_bytes": return value.bytes()
            case "inline_string": return value.string().map { Array($0.utf8) }
            default: return file(value)
            }
        }
    }

    private static func file(_ field: Field) -> [UInt8]? {
        guard let path = field.nonEmptyString() else { return nil }
        do {
            return try field.reading.readFile(path)
        } catch {
            field.report(.unreadableFile(path, reason: "\(error)"))
            return nil
        }
    }
}
