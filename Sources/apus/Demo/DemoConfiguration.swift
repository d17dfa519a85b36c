import ApusConfig
import ArgumentParser
import Foundation

/// The configuration of the demonstration: a file, or the copy of conf/demo.yaml in this executable, with the ports that
/// were asked for in the place of the file's own.
struct DemoConfiguration {
    static let defaultPath = "conf/demo.yaml"
    static var builtIn: String { String(decoding: PackageResources.demo_yaml, as: UTF8.self) }

    /// Where the text came from.
    let source: String
    let text: String

    init(path: String?, port: UInt16, adminPort: UInt16, upstreams: [UInt16]) throws {
        let original: String
        if let path {
            guard let found = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw ValidationError("the file \(path) cannot be read.")
            }
            (source, original) = (path, found)
        } else if let found = try? String(contentsOfFile: Self.defaultPath, encoding: .utf8) {
            (source, original) = (Self.defaultPath, found)
        } else {
            (source, original) = ("conf/demo.yaml, built in", Self.builtIn)
        }
        // In one pass: what one port becomes may be the name of another.
        let ports = zip(["10000", "15000", "9001", "9002"], [port, adminPort] + upstreams)
        text = Self.replacing(Dictionary(uniqueKeysWithValues: ports), in: original)
    }

    private static func replacing(_ ports: [String: UInt16], in text: String) -> String {
        let key = "port_value: "
        let pieces = text.components(separatedBy: key)
        let changed = pieces.dropFirst().map { piece in
            let number = String(piece.prefix { $0.isNumber })
            guard let port = ports[number] else { return piece }
            return "\(port)" + piece.dropFirst(number.count)
        }
        return ([pieces[0]] + changed).joined(separator: key)
    }

    func load() -> LoadResult {
        ConfigurationLoader.load(text: text, file: source) { name in
            Array(try Data(contentsOf: URL(fileURLWithPath: name)))
        }
    }
}

extension Address {
    var port: UInt16? {
        if case .socket(_, let port) = self { port } else { nil }
    }
}
