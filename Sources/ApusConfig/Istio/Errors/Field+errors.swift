/// Errors and warnings of the kinds of rules, reported at a value.
extension Field {
    func report(_ error: NameError) { report(RuleError.name(error)) }
    func report(_ error: VirtualServiceError) { report(RuleError.route(error)) }
    func report(_ error: PolicyError) { report(RuleError.policy(error)) }
    func report(_ error: ServiceEntryError) { report(RuleError.serviceEntry(error)) }
    func report(_ error: GatewayError) { report(RuleError.gateway(error)) }
    func report(_ error: SidecarError) { report(RuleError.sidecar(error)) }
    func report(_ error: EnvoyFilterError) { report(RuleError.envoyFilter(error)) }

    func warn(_ warning: NameWarning) { warn(RuleWarning.name(warning)) }
    func warn(_ warning: VirtualServiceWarning) { warn(RuleWarning.route(warning)) }
    func warn(_ warning: PolicyWarning) { warn(RuleWarning.policy(warning)) }
    func warn(_ warning: ServiceEntryWarning) { warn(RuleWarning.serviceEntry(warning)) }
    func warn(_ warning: GatewayWarning) { warn(RuleWarning.gateway(warning)) }
    func warn(_ warning: SidecarWarning) { warn(RuleWarning.sidecar(warning)) }
    func warn(_ warning: EnvoyFilterWarning) { warn(RuleWarning.envoyFilter(warning)) }

    /// What is right, but waits for later work: never ignored.
    func reportNotYet(_ what: String) { report(RuleError.notYet(what)) }
}
