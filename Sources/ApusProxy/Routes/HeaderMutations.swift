import ApusConfig

/// Additions to and removals from a head, of all levels that apply to it, in the order in which they take effect.
final class HeaderMutations: Sendable {
    static let none = HeaderMutations([])

    struct Addition: Sendable {
        let name: HeaderName
        let value: Value
        let action: HeaderAppendAction
        /// Otherwise an empty value is not added.
        let keepsEmpty: Bool
    }

    enum Value: Sendable {
        case literal(OwnedBytes)
        case format(CompiledFormat)
    }

    /// What one level says. Removals come first; then all values are made; then they are set and added, so that no value
    /// shows the work of its own level.
    struct Level: Sendable {
        let removals: [HeaderName]
        let additions: [Addition]

        init(_ mutation: HeaderMutation) {
            removals = mutation.remove.map(HeaderName.init)
            additions = mutation.add.map(Addition.init)
        }
    }

    private let levels: [Level]

    /// Levels in the order in which they take effect; those that say nothing are left out.
    init(_ levels: [HeaderMutation]) {
        self.levels = levels.filter { !$0.isEmpty }.map(Level.init)
    }

    var isEmpty: Bool { levels.isEmpty }

    @inline(__always)
    func apply(to head: Head, exchange: Exchange) {
        if levels.isEmpty { return }
        for level in levels { level.apply(to: head, exchange: exchange) }
    }
}

extension HeaderMutations.Addition {
    init(_ option: HeaderValueOption) {
        name = HeaderName(option.key)
        action = option.appendAction
        keepsEmpty = option.keepEmptyValue
        if let literal = option.value.literal {
            value = .literal(OwnedBytes(literal))
        } else {
            value = .format(CompiledFormat(option.value))
        }
    }
}

extension HeaderMutations.Level {
    fileprivate func apply(to head: Head, exchange: Exchange) {
        for name in removals { head.remove(name) }
        if additions.count == 1 { return applyOnly(additions[0], to: head, exchange: exchange) }
        // Decided before anything is changed: an addition does not see its neighbours.
        var texts: [String?] = []
        var decided: [Bool] = []
        decided.reserveCapacity(additions.count)
        for (index, addition) in additions.enumerated() {
            var applies = addition.applies(to: head)
            switch addition.value {
            case .literal(let bytes): applies = applies && (bytes.bytes.count > 0 || addition.keepsEmpty)
            case .format(let format):
                if texts.isEmpty { texts = .init(repeating: nil, count: additions.count) }
                let text = format.text(exchange)
                texts[index] = text
                applies = applies && (!text.isEmpty || addition.keepsEmpty)
            }
            decided.append(applies)
        }
        for overwrites in [true, false] {
            for (index, addition) in additions.enumerated() where decided[index] && addition.overwrites == overwrites {
                addition.write(texts.isEmpty ? nil : texts[index], to: head)
            }
        }
    }

    private func applyOnly(_ addition: HeaderMutations.Addition, to head: Head, exchange: Exchange) {
        guard addition.applies(to: head) else { return }
        switch addition.value {
        case .literal(let bytes):
            if bytes.bytes.count > 0 || addition.keepsEmpty { addition.write(nil, to: head) }
        case .format(let format):
            let text = format.text(exchange)
            if !text.isEmpty || addition.keepsEmpty { addition.write(text, to: head) }
        }
    }
}

extension HeaderMutations.Addition {
    fileprivate var overwrites: Bool { action == .overwriteIfExists || action == .overwriteIfExistsOrAdd }

    fileprivate func applies(to head: Head) -> Bool {
        switch action {
        case .appendIfExistsOrAdd, .overwriteIfExistsOrAdd: true
        case .addIfAbsent: head.value(name) == nil
        case .overwriteIfExists: head.value(name) != nil
        }
    }

    fileprivate func write(_ text: String?, to head: Head) {
        func put(_ bytes: Bytes) { if overwrites { head.set(name, bytes) } else { head.add(name, bytes) } }
        if var text {
            text.withUTF8(put)
        } else if case .literal(let literal) = value {
            put(literal.bytes)
        }
    }
}
