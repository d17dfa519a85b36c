import NIOCore

/// When workers hear of changes in their endpoints' health (`update_merge_window`): of one that comes alone at once, of
/// those that follow within the window together when it is over, as in Envoy. Balancers are made anew for each, and
/// endpoints that come and go would keep every worker busy.
struct MergeWindow {
    enum Decision: Equatable {
        case deliver
        /// By then, with whatever comes until then.
        case deliverLater(NIODeadline)
        /// That has been decided already.
        case wait
    }

    /// Nanoseconds; 0: nothing is merged.
    let length: Int64
    private var lastDelivery: NIODeadline?
    private var isPending = false

    init(length: Int64) { self.length = length }

    mutating func changed(now: NIODeadline) -> Decision {
        if isPending { return .wait }
        if let lastDelivery, length > 0, (now - lastDelivery).nanoseconds <= length {
            isPending = true
            return .deliverLater(now + .nanoseconds(length))
        }
        lastDelivery = now
        return .deliver
    }

    /// What was gathered goes out, or endpoints have come and gone, which tells everything.
    mutating func delivered(now: NIODeadline) {
        isPending = false
        lastDelivery = now
    }
}

/// A merge window that runs on a worker's clock. `deliver` must not keep its owner alive.
final class UpdateMerger: TimerNode {
    private var window: MergeWindow
    private unowned(unsafe) let worker: Worker
    private let deliver: () -> Void

    /// `window`: nanoseconds.
    init(window: Int64, worker: Worker, deliver: @escaping () -> Void) {
        self.window = MergeWindow(length: window)
        self.worker = worker
        self.deliver = deliver
    }

    func changed() {
        switch window.changed(now: worker.now) {
        case .deliver: deliver()
        case .deliverLater(let deadline): worker.timers.arm(self, at: deadline)
        case .wait: break
        }
    }

    /// Everybody has been told for another reason.
    func delivered() {
        stop()
        window.delivered(now: worker.now)
    }

    func stop() { worker.timers.disarm(self) }

    override func fired() {
        worker.tick()
        window.delivered(now: worker.now)
        deliver()
    }
}
