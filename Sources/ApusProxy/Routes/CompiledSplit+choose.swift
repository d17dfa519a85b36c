extension CompiledSplit {
    /// The target for a request: by the number in the header that the split names, otherwise by chance.
    func choose(random: UInt64, head: Head) -> Target {
        let number = randomHeader.flatMap { head.value($0)?.decimal } ?? random
        let drawn = total == 0 ? 0 : number % total
        for target in targets where drawn < target.upTo { return target }
        // Not reached: the last target's sum is the total.
        return targets[targets.count - 1]
    }
}
