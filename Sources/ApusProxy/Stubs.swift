// Placeholders while the data path grows; each goes when its file arrives.
final class TCPSettings: Sendable {}
