import ApusConfig
import ApusProxy
import ArgumentParser
import Glibc

/// The documents of some files as one text, which still knows the place of each line.
struct RuleFiles {
    private(set) var text = ""
    private var parts: [(file: String, firstLine: Int)] = []
    private var lines = 0

    /// Files, directories and `-` for standard input.
    init(_ paths: [String]) throws {
        for path in paths {
            for file in try Self.files(path) {
                var content: String
                do {
                    content = String(decoding: try FileBytes.read(file == "-" ? "/dev/stdin" : file), as: UTF8.self)
                } catch {
                    throw ValidationError("\(file): \(error)")
                }
                if !content.hasSuffix("\n") { content += "\n" }
                if !text.isEmpty {
                    text += "---\n"
                    lines += 1
                }
                parts.append((file, lines + 1))
                text += content
                lines += content.utf8.count { $0 == UInt8(ascii: "\n") }
            }
        }
    }

    /// From 1.
    func place(of line: Int) -> (file: String, line: Int)? {
        parts.last { $0.firstLine <= line }.map { ($0.file, line - $0.firstLine + 1) }
    }

    private static func files(_ path: String) throws -> [String] {
        var status = stat()
        guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        guard let directory = opendir(path) else {
            throw ValidationError("\(path): \(String(cString: strerror(errno)))")
        }
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

/// Kinds as people write them: `virtualservice`, `VirtualService`, `vs`.
enum KindName {
    private static let short = [
        "vs": RuleKind.virtualService, "dr": .destinationRule, "se": .serviceEntry, "we": .workloadEntry,
        "gw": .gateway, "sidecar": .sidecar, "ef": .envoyFilter, "svc": .service,
    ]

    /// nil for no kind.
    static func kind(_ text: String) -> RuleKind? {
        let name = text.lowercased()
        if let kind = short[name] { return kind }
        return RuleKind.allCases.first { kind in
            let full = kind.rawValue.lowercased()
            let plural = full.hasSuffix("y") ? full.dropLast() + "ies" : full[...] + "s"
            return name == full || name == plural
        }
    }
}
