#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What of a directory is rules.
public enum RuleFolder {
    /// Its `*.yaml`, `*.yml` and `*.json` by path, hidden ones left out; nil when it cannot be read, and `errno` says why.
    public static func files(_ path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let isRule = [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
            if isRule, !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }
}
