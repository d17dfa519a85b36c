/// Virtual hosts in a list in which those that do not change keep their places, so that whoever compiles the list further
/// need not look at them again.
struct HostSlots {
    private(set) var list: [VirtualHost] = []
    /// By host in lower case.
    private var places: [String: [Int]] = [:]

    /// What a host has now; nothing when it is gone.
    subscript(host: String) -> [VirtualHost] {
        get { (places[host] ?? []).map { list[$0] } }
        set {
            let made = newValue.map { virtualHost in
                var virtualHost = virtualHost
                virtualHost.identity = VirtualHostIdentity()
                return virtualHost
            }
            let old = places[host] ?? []
            if old.count == made.count {
                for (place, virtualHost) in zip(old, made) { list[place] = virtualHost }
                return
            }
            for place in old { list[place] = .gone }
            places[host] = made.isEmpty ? nil : Array(list.count..<list.count + made.count)
            list += made
        }
    }

    var hosts: some Collection<String> { places.keys }

    mutating func removeAll() {
        list = []
        places = [:]
    }

    /// Puts the hosts in another order, and leaves no gaps.
    mutating func arrange(_ hosts: [String]) {
        var next: [VirtualHost] = []
        next.reserveCapacity(list.count)
        var moved: [String: [Int]] = [:]
        for host in hosts {
            guard let old = places[host], moved[host] == nil else { continue }
            moved[host] = Array(next.count..<next.count + old.count)
            for place in old { next.append(list[place]) }
        }
        list = next
        places = moved
    }
}

extension VirtualHost {
    /// Keeps a place; no request finds it.
    static let gone = VirtualHost(name: "gone")
}
