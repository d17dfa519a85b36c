import ArgumentParser
import Glibc
import Logging

enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json
}

/// Writes log events to standard error, one line each.
struct LineLogHandler: LogHandler {
    let format: LogFormat
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    init(format: LogFormat) { self.format = format }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = Self.time()
        switch format {
        case .text:
            StandardError.write(
                "\(time) \(event.level) \(event.message)" + all.map { " \($0.key)=\($0.value)" }.joined())
        case .json:
            var fields = [("time", time), ("level", event.level.rawValue), ("message", "\(event.message)")]
            fields += all.map { ($0.key, "\($0.value)") }
            StandardError.write(
                "{" + fields.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}")
        }
    }

    /// `2026-01-31T12:00:00.123Z`
    private static func time() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let milliseconds = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            + ".\(milliseconds)Z"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

enum StandardError {
    /// Writes a line in one piece, so that lines of several threads do not mix.
    static func write(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(0x0a)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
