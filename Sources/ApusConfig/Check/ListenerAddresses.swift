/// No two listeners on one address.
final class ListenerAddresses {
    private var taken: [Address: (name: String, at: Field)] = [:]

    func end() {
        taken.removeAll()
    }

    /// A listener stands at an address; names are looked up for clusters only.
    static func checkIsNoName(_ address: Address, at field: Field) {
        if case .socket(let host, _) = address, IPText.family(of: host) == nil { field.report(.notAnIPAddress(host)) }
    }

    func add(_ address: Address, name: String, at field: Field) {
        if case .socket(_, port: 0) = address { return }
        if let first = taken[address] {
            field.report(.duplicateAddress(address.printed, first: first.name, at: first.at.source))
        } else {
            taken[address] = (name, field)
        }
    }
}

extension Address {
    var printed: String {
        switch self {
        case .socket(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .pipe(let path, _): path
        }
    }
}
