/// The name that was probably meant: at most a quarter of its letters differ.
func nearestName(to word: String, among names: some Sequence<String>) -> String? {
    var best: (name: String, distance: Int)?
    let letters = Array(word.lowercased().utf8.prefix(80))
    for name in names where name != word {
        let candidate = Array(name.lowercased().utf8)
        let limit = max(1, max(letters.count, candidate.count) / 4)
        guard abs(letters.count - candidate.count) <= limit else { continue }
        let distance = editDistance(letters, candidate)
        if distance <= limit, distance < best?.distance ?? Int.max { best = (name, distance) }
    }
    return best?.name
}

/// Insertions, removals, replacements and swaps of neighbours.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
            var distance = min(last[column] + 1, current[column - 1] + 1, replaced)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                distance = min(distance, beforeLast[column - 2] + 1)
            }
            current.append(distance)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
