extension Address {
    static func decode(_ field: Field) -> Address? {
        field.message("envoy.config.core.v3.Address") { message in
            guard let (name, value) = message.oneOf("socket_address", "pipe", required: true) else { return nil }
            return name == "pipe" ? pipe(value) : socket(value)
        }
    }

    static func socket(_ field: Field) -> Address? {
        field.message("envoy.config.core.v3.SocketAddress") { message in
            let tcp: Bool = message["protocol"]?.choice(["TCP": true, "UDP": nil]) ?? true
            let host = message.name("address")
            let port = message.required("port_value")?.integer(UInt32.self, in: 0...65535)
            message.ignore("ipv4_compat")
            guard tcp, let host, let port else { return nil }
            return .socket(host: host, port: UInt16(truncatingIfNeeded: port))
        }
    }

    private static func pipe(_ field: Field) -> Address? {
        field.message("envoy.config.core.v3.Pipe") { message in
            let path = message.name("path")
            let mode = message.uint32("mode", in: 0...511) ?? 0
            guard let path else { return nil }
            return .pipe(path: path, mode: mode)
        }
    }
}

extension CIDRRange {
    static func decode(_ field: Field) -> CIDRRange? {
        field.message("envoy.config.core.v3.CidrRange") { message in
            let prefixField = message.required("address_prefix")
            let length = message.uint32("prefix_len", in: 0...128) ?? 0
            guard let prefixField, let prefix = prefixField.nonEmptyString() else { return nil }
            guard let family = IPText.family(of: prefix) else {
                prefixField.report(.notAnIPAddress(prefix))
                return nil
            }
            return CIDRRange(addressPrefix: prefix, prefixLength: min(length, family == .v4 ? 32 : 128))
        }
    }
}
