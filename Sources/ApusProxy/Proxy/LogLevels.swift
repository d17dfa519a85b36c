import Logging
import NIOConcurrencyHelpers

/// What is worth a log line, by subject; changed at the admin port while the proxy runs.
public final class LogLevels: Sendable {
    public static let shared = LogLevels()
    private let levels = NIOLockedValueBox<[LogSubject: Logger.Level]>([:])
    private let standard = NIOLockedValueBox(Logger.Level.info)

    public subscript(subject: LogSubject) -> Logger.Level {
        get { levels.withLockedValue { $0[subject] } ?? standard.withLockedValue { $0 } }
        set { levels.withLockedValue { $0[subject] = newValue } }
    }

    /// The level of subjects that were not set apart.
    public func setAll(_ level: Logger.Level) {
        standard.withLockedValue { $0 = level }
        levels.withLockedValue { $0.removeAll() }
    }
}
