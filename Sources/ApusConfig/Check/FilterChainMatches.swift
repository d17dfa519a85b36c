/// Two chains that match the same connections leave none for the second.
enum FilterChainMatches {
    static func check(_ chains: [FilterChain], at field: Field) {
        for (index, chain) in chains.enumerated() {
            guard let first = chains[..<index].first(where: { overlaps($0.match, chain.match) }) else { continue }
            let path = "\(field.path).filter_chains"
            field.reading.report(.sameFilterChainMatch(first: first.source), at: chain.source, path: path)
        }
    }

    /// Connections are not told apart yet: there is one chain, for all of them.
    static func refuseChoice(_ chains: [Field]) {
        for chain in chains.dropFirst() { chain.report(.notYetSupported("a second filter chain")) }
        for chain in chains {
            guard let match = chain.member("filter_chain_match"), !match.isEmptyMapping else { continue }
            match.report(.notYetSupportedField("filter_chain_match"))
        }
    }

    private static func overlaps(_ left: FilterChainMatch, _ right: FilterChainMatch) -> Bool {
        guard left.serverNames != right.serverNames else { return left == right }
        var right = right
        guard !Set(left.serverNames).isDisjoint(with: right.serverNames) else { return false }
        right.serverNames = left.serverNames
        return left == right
    }
}
