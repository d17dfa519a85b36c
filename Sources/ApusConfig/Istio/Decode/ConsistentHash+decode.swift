extension LoadBalancerSettings.ConsistentHash {
    static func policy(_ field: Field) -> LoadBalancerSettings.Policy? {
        field.message("networking.istio.io.ConsistentHashLB") { message in
            let key = key(message)
            let algorithm = algorithm(message)
            guard let key else {
                if !keys.contains(where: message.has) { field.warn(.noHashKey) }
                return .random
            }
            return .consistentHash(Self(key: key, algorithm: algorithm))
        }
    }

    private static let keys = ["http_header_name", "http_cookie", "use_source_ip", "http_query_parameter_name"]

    private static func key(_ message: Message) -> Key? {
        guard
            let (name, value) = message.oneOf(
                "http_header_name", "http_cookie", "use_source_ip", "http_query_parameter_name")
        else { return nil }
        switch name {
        case "http_header_name":
            guard let header = named(value, "httpHeaderName"), HeaderText.checkName(header, at: value) else {
                return nil
            }
            return .header(header.lowercased())
        case "http_cookie": return cookie(value).map { .cookie($0) }
        case "use_source_ip":
            guard let on = value.bool() else { return nil }
            if !on { value.warn(.noHashKey) }
            return on ? .sourceIP : nil
        default: return named(value, "httpQueryParameterName").map { .queryParameter($0) }
        }
    }

    /// `isSent`: it is written into answers.
    private static func named(_ field: Field, _ name: String, isSent: Bool = false) -> String? {
        guard let text = isSent ? field.target() : field.string() else { return nil }
        if text.isEmpty { field.report(.emptyHashKey(name)) }
        return text.isEmpty ? nil : text
    }

    private static func cookie(_ field: Field) -> HashCookie? {
        field.message("networking.istio.io.HTTPCookie") { message in
            var cookie = HashCookie(
                name: message.required("name").flatMap { named($0, "the cookie's name", isSent: true) } ?? "")
            cookie.path = message["path"]?.cookieText() ?? ""
            cookie.ttl = message["ttl"]?.looseDuration()
            var names: Set<String> = []
            cookie.attributes = message.each("attributes") { field in
                guard let attribute = attribute(field) else { return nil }
                if !names.insert(attribute.name).inserted { field.report(.duplicateAttribute(attribute.name)) }
                return attribute
            }
            return cookie
        }
    }

    private static func attribute(_ field: Field) -> CookieAttribute? {
        field.message("networking.istio.io.Attribute") { message in
            let name = message.required("name").flatMap { named($0, "the attribute's name", isSent: true) }
            let value = message["value"]?.cookieText() ?? ""
            return name.map { CookieAttribute(name: $0, value: value) }
        }
    }

    /// The largest hash ring of Envoy.
    private static let largestRing: UInt64 = 8_388_608

    private static func algorithm(_ message: Message) -> Algorithm {
        let chosen = message.oneOf("ring_hash", "maglev")
        let old = message["minimum_ring_size"]
        let oldSize = old.flatMap(ringSize) ?? 0
        if let old, oldSize != 0 {
            old.warn(.deprecated("minimumRingSize", instead: "ringHash.minimumRingSize"))
            if chosen != nil { old.report(.ringSizeTwice) }
        }
        switch chosen?.name {
        case "ring_hash"?: return .ringHash(minimumRingSize: chosen.flatMap { ring($0.value) } ?? 1024)
        case "maglev"?: return .maglev(tableSize: chosen.flatMap { table($0.value) } ?? 65537)
        default: return .ringHash(minimumRingSize: oldSize == 0 ? 1024 : oldSize)
        }
    }

    private static func ring(_ field: Field) -> UInt64? {
        field.message("networking.istio.io.RingHash") { message in
            let size = message["minimum_ring_size"].flatMap(ringSize) ?? 0
            return size == 0 ? 1024 : size
        }
    }

    private static func ringSize(_ field: Field) -> UInt64? {
        guard let size = field.integer(UInt64.self) else { return nil }
        if size > largestRing { field.report(.ringTooLarge(size)) }
        return size
    }

    private static func table(_ field: Field) -> UInt64? {
        field.message("networking.istio.io.MagLev") { message in
            guard let written = message["table_size"] else {
                field.report(.tableSizeMissing)
                return nil
            }
            guard let size = written.integer(UInt64.self) else { return nil }
            if size == 0 {
                written.report(.tableSizeMissing)
            } else if size >= 5_000_011 {
                written.report(.tableTooLarge(size))
            } else if !isPrime(size) {
                written.report(.tableSizeNotPrime(size))
            }
            return size
        }
    }

    private static func isPrime(_ number: UInt64) -> Bool {
        guard number > 3 else { return number > 1 }
        var factor: UInt64 = 2
        while factor * factor <= number {
            if number.isMultiple(of: factor) { return false }
            factor += 1
        }
        return true
    }
}
