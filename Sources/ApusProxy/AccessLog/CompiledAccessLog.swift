import ApusConfig

/// One access log of a listener or connection manager: which streams it tells of, how, and where to.
final class CompiledAccessLog: Sendable {
    /// Opens the file; throws a `Diagnostic` when that cannot be done.
    init(_ log: AccessLog) throws {}

    /// Writes the line of an exchange or connection that is over, if the filter wants it.
    func log<Context: LogContext>(_ context: Context) {}
}
