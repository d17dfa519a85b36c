/// The states that filters of one place in a configuration share, by place. Used while a configuration is compiled, by
/// the one thread that does so.
final class FilterPlaces {
    private var states: [String: any AnyObject & Sendable] = [:]

    func state<State: AnyObject & Sendable>(at place: String, _ make: () -> State) -> State {
        if let found = states[place] as? State { return found }
        let made = make()
        states[place] = made
        return made
    }
}
