extension Worker {
    /// Whether this time falls into the share.
    @inline(__always)
    func draws(_ fraction: CompiledFraction) -> Bool {
        if fraction.numerator == 0 { return false }
        return fraction.contains(random.next())
    }
}
