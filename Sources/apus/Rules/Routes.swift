import ApusConfig
import ArgumentParser

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the routes in force, as people think of them.")

    @OptionGroup var server: AdminOptions

    func run() throws {
        let answer = try server.ask("GET", "/config_dump?resource=static_route_configs")
        for line in Self.table(answer.json["configs"]?.list ?? []) { print(line) }
    }

    static func table(_ configurations: [ConfigValue]) -> [String] {
        var rows = [["HOST", "MATCH", "TO", "POLICIES", "FROM"]]
        for configuration in configurations {
            for host in configuration["route_config"]?["virtual_hosts"]?.list ?? [] {
                let name = host["domains"]?.list.first?.text ?? ""
                for route in host["routes"]?.list ?? [] {
                    let origin = route["metadata"]?["filter_metadata"]?["apus"]
                    let from = origin.map { "\($0["document"]?.text ?? ""):\($0["line"]?.whole ?? 0)" } ?? ""
                    rows.append([name, match(route["match"]), target(route), policies(route), from])
                }
            }
        }
        return Columns.lines(rows)
    }

    static func match(_ match: ConfigValue?) -> String {
        var parts: [String] = []
        if let prefix = match?["prefix"]?.text { parts.append("\(prefix)*") }
        if let path = match?["path"]?.text { parts.append(path) }
        if let regex = match?["safe_regex"]?["regex"]?.text { parts.append("~\(regex)") }
        for header in match?["headers"]?.list ?? [] {
            let value = header["string_match"]
            let shown =
                value?["exact"]?.text ?? value?["prefix"]?.text.map { "\($0)*" }
                ?? value?["safe_regex"]?["regex"]?.text.map { "~\($0)" }
            parts.append(
                (header["invert_match"] != nil ? "not " : "") + (header["name"]?.text ?? "")
                    + (shown.map { "=\($0)" } ?? ""))
        }
        for parameter in match?["query_parameters"]?.list ?? [] { parts.append("?\(parameter["name"]?.text ?? "")") }
        return parts.joined(separator: " ")
    }

    static func target(_ route: ConfigValue) -> String {
        if let status = route["direct_response"]?["status"]?.whole { return "answer \(status)" }
        if route["redirect"] != nil { return "redirect" }
        guard let action = route["route"] else { return "" }
        if let cluster = action["cluster"]?.text { return short(cluster) }
        let targets = action["weighted_clusters"]?["clusters"]?.list ?? []
        let total = max(targets.reduce(0) { $0 + ($1["weight"]?.whole ?? 0) }, 1)
        return targets.map { target in
            "\(short(target["name"]?.text ?? "")) \((target["weight"]?.whole ?? 0) * 100 / total)%"
        }.joined(separator: ", ")
    }

    /// `outbound|9080|v1|reviews.default.svc.cluster.local` → `reviews.default:9080 v1`
    static func short(_ cluster: String) -> String {
        let parts = cluster.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return cluster }
        let host = parts[3].replacing(".svc.cluster.local", with: "")
        return "\(host):\(parts[1])" + (parts[2].isEmpty ? "" : " \(parts[2])")
    }

    static func policies(_ route: ConfigValue) -> String {
        var parts: [String] = []
        let action = route["route"]
        if let timeout = action?["timeout"]?.text, timeout != "0s" { parts.append("timeout \(timeout)") }
        for mirror in action?["request_mirror_policies"]?.list ?? [] {
            parts.append("mirror \(short(mirror["cluster"]?.text ?? ""))")
        }
        let fault = route["typed_per_filter_config"]?["envoy.filters.http.fault"]
        if let delay = fault?["delay"]?["fixed_delay"]?.text { parts.append("delay \(delay)") }
        if let status = fault?["abort"]?["http_status"]?.whole { parts.append("abort \(status)") }
        return parts.joined(separator: ", ")
    }
}
