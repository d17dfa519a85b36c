/// Everything that Istio's labels say of a request, in one number: what became of it, who sent it, and who answered.
struct RequestKey: Hashable, Sendable {
    private(set) var bits: UInt64

    // From the lowest bit: status, flags, gRPC or not, gRPC status, copy or not, source, destination.
    private static let statusBits: UInt64 = 10
    private static let flagBits: UInt64 = 25
    private static let grpcShift = statusBits + flagBits
    private static let copyShift = grpcShift + 6
    private static let sourceShift = copyShift + 1
    static let sourceBits: UInt64 = 6
    private static let destinationShift = sourceShift + sourceBits

    private static let unknownStatus = 1023
    /// Statuses that gRPC does not know are all -1, as Envoy has it.
    private static let invalidGRPCStatus: UInt64 = 17
    private static let noGRPCStatus: UInt64 = 18

    /// `status`: 0 where no answer was sent. `grpcStatus`: nil where there was none.
    @inline(__always)
    init(status: Int, flags: ResponseFlags, isGRPC: Bool, grpcStatus: Int?, isCopy: Bool, source: UInt8) {
        bits = UInt64(min(max(status, 0), Self.unknownStatus - 1))
        bits |= (UInt64(flags.rawValue) & (1 << Self.flagBits - 1)) << Self.statusBits
        if isGRPC {
            let status = grpcStatus.map { (0...16).contains($0) ? UInt64($0) : Self.invalidGRPCStatus }
            bits |= (1 | (status ?? Self.noGRPCStatus) << 1) << Self.grpcShift
        }
        if isCopy { bits |= 1 << Self.copyShift }
        bits |= (UInt64(source) & (1 << Self.sourceBits - 1)) << Self.sourceShift
    }

    /// `destination`: a number of `LabelSets.destinations`.
    @inline(__always)
    func at(_ destination: UInt16) -> RequestKey {
        var key = self
        key.bits |= UInt64(destination) << Self.destinationShift
        return key
    }

    /// What requests count as that find no place of their own: only their sender is known.
    var overflowing: RequestKey {
        var key = self
        key.bits &= (1 << Self.sourceBits - 1) << Self.sourceShift | 1 << Self.copyShift
        key.bits |= UInt64(Self.unknownStatus)
        return key
    }

    var isCopy: Bool { bits >> Self.copyShift & 1 == 1 }
    var source: Int { Int(bits >> Self.sourceShift & (1 << Self.sourceBits - 1)) }
    var destination: Int { Int(bits >> Self.destinationShift) }

    /// The labels that are of the request itself. `flags`: as the access log writes them.
    func text(flags: String) -> String {
        let status = Int(bits & (1 << Self.statusBits - 1))
        guard status != Self.unknownStatus else {
            return LabelSets.write([
                ("request_protocol", ""), ("response_code", ""), ("grpc_response_status", ""), ("response_flags", ""),
                ("connection_security_policy", ""),
            ])
        }
        let isGRPC = bits >> Self.grpcShift & 1 == 1
        let grpc = bits >> (Self.grpcShift + 1) & 31
        // Istio leaves this empty where it has no meaning.
        let grpcStatus = !isGRPC || grpc == Self.noGRPCStatus ? "" : grpc == Self.invalidGRPCStatus ? "-1" : "\(grpc)"
        return "request_protocol=\"\(isGRPC ? "grpc" : "http")\",response_code=\"\(status)\","
            + "grpc_response_status=\"\(grpcStatus)\","
            + LabelSets.write([("response_flags", flags), ("connection_security_policy", "")])
    }
}
