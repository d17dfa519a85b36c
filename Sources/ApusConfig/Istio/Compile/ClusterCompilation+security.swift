extension Cluster {
    /// What is to be encrypted and cannot be is refused: it must never leave in the clear.
    mutating func applySecurity(_ tls: ClientTLSSettings) {
        switch tls.mode {
        case .disable: refusal = nil
        case .istioMutual: refusal = "mesh identity not configured"
        case .simple, .mutual: refusal = "TLS to services is not supported"
        }
    }
}
