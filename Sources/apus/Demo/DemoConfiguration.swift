import ApusConfig
import ArgumentParser

/// The configuration of the demonstration: a file, or the copy of conf/demo.yaml in this executable, with the ports that
/// were asked for in the place of the file's own.
struct DemoConfiguration {
    static let defaultPath = "conf/demo.yaml"
    static var builtIn: [UInt8] { PackageResources.demo_yaml }

    /// Where the text came from.
    let source: String
    let text: String

    init(path: String?, port: UInt16, adminPort: UInt16, upstreams: [UInt16]) throws {
        let original: [UInt8]
        if let path {
            guard let found = try? ConfigurationFile.read(path) else {
                throw ValidationError("the file \(path) cannot be read.")
            }
            (source, original) = (path, found)
        } else if let found = try? ConfigurationFile.read(Self.defaultPath) {
            (source, original) = (Self.defaultPath, found)
        } else {
            (source, original) = ("conf/demo.yaml, built in", Self.builtIn)
        }
        // In one pass: what one port becomes may be the name of another.
        let ports = zip(["10000", "15000", "9001", "9002"], [port, adminPort] + upstreams)
        text = Self.replacing(Dictionary(uniqueKeysWithValues: ports), in: String(decoding: original, as: UTF8.self))
    }

    private static func replacing(_ ports: [String: UInt16], in text: String) -> String {
        let key = "port_value: "
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: key) {
            let number = rest[found.upperBound...].prefix { $0.isNumber }
            result += rest[..<found.upperBound] + (ports[String(number)].map { "\($0)" } ?? number)
            rest = rest[number.endIndex...]
        }
        return result + rest
    }

    func load() -> LoadResult {
        ConfigurationLoader.load(
            text: text, file: source, readVariable: ConfigurationFile.variable, readFile: ConfigurationFile.read)
    }
}

extension Address {
    var port: UInt16? {
        if case .socket(_, let port) = self { port } else { nil }
    }
}
