import Atomics
import Logging

/// The level of each logger, which the admin server changes while the proxy runs.
public final class LogLevels: Sendable {
    public static let shared = LogLevels()

    /// By the subject's position; positions in `Logger.Level.allCases`.
    private let levels: [ManagedAtomic<Int>]

    public init(_ level: Logger.Level = .info) {
        let position = Self.position(of: level)
        levels = LogSubject.allCases.map { _ in ManagedAtomic(position) }
    }

    public func level(of subject: LogSubject) -> Logger.Level {
        let position: Int = levels[Self.position(of: subject)].load(ordering: .relaxed)
        return Logger.Level.allCases[position]
    }

    public func set(_ level: Logger.Level, of subjects: [LogSubject] = LogSubject.allCases) {
        let position = Self.position(of: level)
        for subject in subjects { levels[Self.position(of: subject)].store(position, ordering: .relaxed) }
    }

    private static func position(of level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }
    private static func position(of subject: LogSubject) -> Int { LogSubject.allCases.firstIndex(of: subject) ?? 0 }
}

/// Lets through what the level of its subject allows, at every event anew.
public struct SubjectLogHandler: LogHandler {
    public var metadata: Logger.Metadata {
        get { next.metadata }
        set { next.metadata = newValue }
    }
    private let subject: LogSubject
    private let levels: LogLevels
    private var next: any LogHandler

    /// `next` writes the events, whatever their level.
    public init(_ subject: LogSubject, levels: LogLevels = .shared, next: any LogHandler) {
        self.subject = subject
        self.levels = levels
        self.next = next
        self.next.logLevel = .trace
    }

    public var logLevel: Logger.Level {
        get { levels.level(of: subject) }
        set { levels.set(newValue, of: [subject]) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { next[metadataKey: key] }
        set { next[metadataKey: key] = newValue }
    }

    public func log(event: LogEvent) { next.log(event: event) }
}

extension ProxyFace {
    public func logLevel(_ logger: LogSubject) async -> Logger.Level { LogLevels.shared.level(of: logger) }

    public func setLogLevel(_ level: Logger.Level, of loggers: [LogSubject]) async {
        LogLevels.shared.set(level, of: loggers)
    }
}
