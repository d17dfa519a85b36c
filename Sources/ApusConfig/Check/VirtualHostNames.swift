/// A domain belongs to one virtual host, without regard to case. Names ought to differ; Envoy does not insist.
enum VirtualHostNames {
    /// A * in the middle, or several, or nothing at all.
    private static func isOdd(_ domain: String) -> Bool {
        let stars = domain.utf8.filter { $0 == UInt8(ascii: "*") }.count
        return domain.isEmpty || stars > 1 || (stars == 1 && !domain.hasPrefix("*") && !domain.hasSuffix("*"))
    }

    static func check(_ hosts: Field) {
        var names: [String: Field] = [:]
        var domains: [String: (owner: String, at: Field)] = [:]
        for host in hosts.elements {
            let nameField = host.member("name")
            let name = nameField?.text ?? ""
            if let nameField, !name.isEmpty {
                if let first = names[name] {
                    nameField.warn(.duplicateVirtualHost(name, first: first.source))
                } else {
                    names[name] = nameField
                }
            }
            for domain in host.member("domains")?.quietElements ?? [] {
                guard let text = domain.text else { continue }
                guard HeaderText.checkValue(text, at: domain) else { continue }
                let key = text.lowercased()
                if let first = domains[key] {
                    domain.report(.duplicateDomain(text, first: first.owner, at: first.at.source))
                } else {
                    domains[key] = (name, domain)
                }
                if isOdd(text) { domain.warn(.oddDomain(text)) }
            }
        }
    }
}
