/// Bytes of a configuration at a fixed address, so that a request compares and copies them without counting references
/// to an array.
final class OwnedBytes: @unchecked Sendable {
    // Unchecked: written by `init` alone.
    let bytes: Bytes

    init(_ content: some Collection<UInt8>) {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: content.count)
        _ = memory.initialize(from: content)
        bytes = Bytes(memory)
    }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { bytes.deallocate() }
}
