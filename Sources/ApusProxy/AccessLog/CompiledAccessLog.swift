import ApusConfig

/// One access log of a listener or connection manager: which streams it tells of, how, and where to.
final class CompiledAccessLog: Sendable {
    private let filter: CompiledLogFilter?
    private let layout: CompiledLayout
    private let file: AccessLogFile

    /// A log that cannot be written or a filter that makes no sense.
    struct Refusal: Error, CustomStringConvertible {
        let source: SourceMark
        let message: String
        var description: String { message }
    }

    /// Opens the file; throws a `Refusal` when that cannot be done.
    init(_ log: AccessLog, files: AccessLogFiles = .shared) throws {
        let path =
            switch log.sink {
            case .file(let path): path
            case .stdout: "/dev/stdout"
            case .stderr: "/dev/stderr"
            }
        filter = try log.filter.map(CompiledLogFilter.init)
        layout =
            switch log.format {
            case .standard: CompiledLayout(.standard)
            case .custom(let format): CompiledLayout(format)
            }
        do {
            file = try files.file(path)
        } catch {
            throw Refusal(source: log.source, message: "cannot write the access log '\(path)': \(error.reason)")
        }
    }

    /// Writes the line of an exchange or connection that is over, if the filter wants it.
    func log<Context: LogContext>(_ context: Context) {
        if let filter, !filter.accepts(context, status: context.status) { return }
        context.worker.accessLogBuffers.append(to: file, on: context.worker) { layout.append(to: &$0, context) }
    }
}

extension SubstitutionFormat {
    /// Envoy's default line:
    /// `[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% ...`
    static let standard: SubstitutionFormat = {
        func request(_ name: String, or alternative: String? = nil) -> FormatOperator {
            .requestHeader(name: name, alternative: alternative)
        }
        let pieces: [(String, FormatOperator)] = [
            ("[", .startTime(nil)), ("] \"", request(":method")), (" ", request("x-envoy-original-path", or: ":path")),
            (" ", .protocol), ("\" ", .responseCode), (" ", .responseFlags), (" ", .bytesReceived), (" ", .bytesSent),
            (" ", .duration), (" ", .responseHeader(name: "x-envoy-upstream-service-time", alternative: nil)),
            (" \"", request("x-forwarded-for")), ("\" \"", request("user-agent")), ("\" \"", request("x-request-id")),
            ("\" \"", request(":authority")), ("\" \"", .upstreamHost),
        ]
        let line = pieces.flatMap { [FormatPiece.literal($0.0), .operator($0.1, maxLength: nil)] } + [.literal("\"\n")]
        return SubstitutionFormat(layout: .text(FormatString(text: "", pieces: line)))
    }()
}
