import ApusAdmin
import ApusConfig
import ApusProxy
import ArgumentParser
import Logging

/// Where Istio's rules come from, and who this proxy is to them.
struct RuleOptions: ParsableArguments {
    @Option(
        help: "A file or directory of Istio documents (*.yaml, *.yml, *.json); watched. May be given again.",
        completion: .file())
    var rules: [String] = []

    @Option(help: "Where the service sends its requests, as 127.0.0.1:15001.")
    var outbound: String?

    @Option(help: "Where the admin server listens, as 127.0.0.1:15000.")
    var admin: String?

    @Option(help: "Added to the port of every Gateway server.")
    var gatewayPortOffset = 0

    @Option(help: "Log finished requests of rules as JSON to this file; - is standard output.", completion: .file())
    var accessLog: String?

    @Option(help: "The proxy's own namespace, and that of documents that name none.")
    var namespace = "default"

    @Option(name: .customLong("label"), help: "A label of the proxy's workload, as app=reviews. May be given again.")
    var labels: [String] = []

    @Option(help: "What becomes of requests to unknown hosts: ALLOW_ANY or REGISTRY_ONLY.")
    var outboundPolicy = OutboundPolicy.allowAny

    @Option(help: "Where the proxy runs: region/zone/subzone.")
    var locality: String?

    @Option(
        help: "A directory in which rules and their history outlive the process.", completion: .directory)
    var state: String?

    func validate() throws {
        for (name, text) in [("--outbound", outbound), ("--admin", admin)] {
            if let text, Self.address(text) == nil {
                throw ValidationError("\(name) '\(text)' is not an address and port such as 127.0.0.1:15001.")
            }
        }
        if !(-65_535...65_535).contains(gatewayPortOffset) {
            throw ValidationError("--gateway-port-offset must be between -65535 and 65535.")
        }
        if !RuleReader.isNamespace(namespace) {
            throw ValidationError("--namespace '\(namespace)' is no name of a namespace.")
        }
        for label in labels where !label.contains("=") || label.hasPrefix("=") {
            throw ValidationError("--label '\(label)' is not like app=reviews.")
        }
    }

    var adminAddress: Address? { admin.flatMap(Self.address) }

    var identity: ProxyIdentity {
        var identity = ProxyIdentity()
        identity.namespace = namespace
        for label in labels {
            let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            identity.labels[String(parts[0])] = String(parts[1])
        }
        identity.outboundPolicy = outboundPolicy
        let places = (locality ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if !places.isEmpty {
            identity.locality = Locality(
                region: places[0], zone: places.count > 1 ? places[1] : "", subZone: places.count > 2 ? places[2] : "")
        }
        identity.outbound = outbound.flatMap(Self.address)
        identity.gatewayPortOffset = gatewayPortOffset
        identity.accessLog = accessLog
        return identity
    }

    func storeOptions(base: LoadResult, file: ConfigurationFile?, log: Logger) -> RuleStore.Options {
        var options = RuleStore.Options(base: base) { text, name in
            ConfigurationLoader.load(
                text: text, file: name, readVariable: ConfigurationFile.variable, readFile: ConfigurationFile.read)
        }
        options.identity = identity
        let admin = adminAddress
        if let file {
            options.loadBase = {
                var loaded = file.load()
                if let admin { loaded.bootstrap?.admin = Admin(address: admin) }
                return loaded
            }
        }
        options.paths = rules
        options.stateDirectory = state
        options.log = log
        return options
    }

    /// `127.0.0.1:15001` or `[::1]:15001`
    private static func address(_ text: String) -> Address? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        return host.isEmpty ? nil : .socket(host: host, port: port)
    }
}

extension OutboundPolicy: ExpressibleByArgument {}
