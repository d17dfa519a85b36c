import ApusConfig
import NIOConcurrencyHelpers

/// Sets of labels that stand in many series, written once and known by a number. The same labels have the same number as
/// long as the process lives, so that counts go on when a configuration is replaced.
final class LabelSets: Sendable {
    /// Who sends requests.
    static let sources = LabelSets(
        capacity: 1 << RequestKey.sourceBits, unknown: WorkloadLabels().sourceText(reporter: ""))
    /// Who answers them.
    static let destinations = LabelSets(capacity: 4096, unknown: DestinationLabels().text)

    private struct State {
        var numbers: [String: UInt16]
        var texts: [String]
    }
    private let state: NIOLockedValueBox<State>
    private let capacity: Int

    /// `capacity`: at most 65536. `unknown`: the set with the number 0, which those share that find no place.
    init(capacity: Int, unknown: String) {
        self.capacity = capacity
        state = NIOLockedValueBox(State(numbers: [unknown: 0], texts: [unknown]))
    }

    /// The number of a set as it is to be written.
    func number(of text: String) -> UInt16 {
        state.withLockedValue { state in
            if let number = state.numbers[text] { return number }
            guard state.texts.count < capacity, let number = UInt16(exactly: state.texts.count) else { return 0 }
            state.numbers[text] = number
            state.texts.append(text)
            return number
        }
    }

    var texts: [String] { state.withLockedValue { $0.texts } }

    /// `a="1",b="unknown"`: what is empty is not known.
    static func write(_ labels: [(name: String, value: String)]) -> String {
        labels.map { "\($0.name)=\"\($0.value.isEmpty ? unknown : TaggedName.escape($0.value))\"" }
            .joined(separator: ",")
    }

    static let unknown = "unknown"
}
