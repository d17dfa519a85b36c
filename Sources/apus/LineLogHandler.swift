import ArgumentParser
import Foundation
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
        let time = Date().formatted(.iso8601.time(includingFractionalSeconds: true).dateSeparator(.dash))
        let text: String
        switch format {
        case .text:
            text = "\(time) \(event.level) \(event.message)" + all.map { " \($0.key)=\($0.value)" }.joined()
        case .json:
            var fields = ["time": time, "level": event.level.rawValue, "message": "\(event.message)"]
            for (key, value) in all { fields[key] = "\(value)" }
            let data = (try? JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)) ?? Data()
            text = String(decoding: data, as: UTF8.self)
        }
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
