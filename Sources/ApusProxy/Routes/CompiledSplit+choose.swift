extension CompiledSplit {
    /// The target for a request: by the number in the header that the split names, otherwise by chance.
    func choose(random: UInt64, head: Head) -> Target {
        let number = chosenNumber(head) ?? random
        let drawn = total == 0 ? 0 : number % total
        for target in targets where drawn < target.upTo { return target }
        // Not reached: the last target's sum is the total.
        return targets[targets.count - 1]
    }

    /// The number in the header, if the header is there once and is one.
    private func chosenNumber(_ head: Head) -> UInt64? {
        guard let randomHeader else { return nil }
        var number: UInt64?
        var count = 0
        head.forEachValue(randomHeader) { value in
            count += 1
            let digits = value.trimmed
            number = digits.first == 0x2b ? Bytes(rebasing: digits[1...]).decimal : digits.decimal
        }
        return count == 1 ? number : nil
    }
}
