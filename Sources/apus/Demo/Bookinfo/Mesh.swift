import ApusAdmin
import ApusConfig
import ApusProxy

/// Gives the rules that one admin port accepts to every sidecar, as a control plane would: all of them, or none.
struct Mesh: ConfigurationServing {
    let ingress: Proxy
    let sidecars: [Sidecar]

    func replace(with configuration: LoadResult) async throws { try await ingress.replace(with: configuration) }

    func replace(with configuration: LoadResult, rules: RuleSet) async throws {
        var done: [(sidecar: Sidecar, old: LoadResult)] = []
        do {
            for sidecar in sidecars { done.append((sidecar, try await sidecar.replace(with: rules))) }
            try await ingress.replace(with: configuration)
        } catch {
            for (sidecar, old) in done { await sidecar.putBack(old) }
            throw error
        }
    }

    func show(gauges: [String: Int]) async { await ingress.show(gauges: gauges) }

    /// Those of the ingress, which are what a user sees.
    func answers(of isWanted: @escaping @Sendable (String) -> Bool) async -> ServiceReading {
        await ingress.answers(of: isWanted)
    }

    /// That of the ingress.
    func find(_ request: AskedRequest, listener: String, hosts: [VirtualHost]) async -> RouteFinding? {
        await ingress.find(request, listener: listener, hosts: hosts)
    }
}
