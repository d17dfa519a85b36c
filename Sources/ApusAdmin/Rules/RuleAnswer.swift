import ApusConfig

/// What became of a change that somebody asked for.
enum RuleOutcome: Sendable {
    /// In force on every worker, and stored if there is where to.
    case done(AcceptedChange)
    /// Nothing has changed.
    case refused([RuleFinding])
    /// Somebody else has changed something meanwhile.
    case conflict(String)
    case unknown(String)
    /// It could not be put in force or stored; nothing has changed.
    case failed(String)
}

struct AcceptedChange: Sendable {
    var changes: [Revision.Change]
    /// The revision in force now; with a dry run, or without any change, the one before.
    var revision: Int
    var isDryRun = false
    /// Kept across restarts.
    var isStored: Bool
}
