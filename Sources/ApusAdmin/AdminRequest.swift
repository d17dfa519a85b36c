/// A request to the admin server, taken apart.
struct AdminRequest: Equatable {
    var method: String
    /// Without the query: `/stats`.
    var path: String
    /// What stands in the path in the place of a command's `{name}`, decoded.
    var name = ""
    /// Decoded, in order; a parameter without `=` has an empty value.
    var query: [Parameter]
    /// Names in lower case.
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    struct Parameter: Equatable {
        var name: String
        var value: String
    }

    init(method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map { String($0) } ?? ""
        query = parts.count > 1 ? Self.parameters(parts[1]) : []
        self.headers = headers.map { ($0.name.lowercased(), $0.value) }
        self.body = body
    }

    /// Takes the parameters of a form, which are in its body. Only for commands whose body is no text: many a client
    /// calls whatever it sends a form.
    mutating func takeForm() {
        guard method == "POST", header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true else {
            return
        }
        query += Self.parameters(Substring(decoding: body, as: UTF8.self))
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The first value of a parameter.
    subscript(_ name: String) -> String? { query.first { $0.name == name }?.value }

    func has(_ name: String) -> Bool { query.contains { $0.name == name } }

    static func == (a: AdminRequest, b: AdminRequest) -> Bool {
        a.method == b.method && a.path == b.path && a.name == b.name && a.query == b.query && a.body == b.body
            && a.headers.elementsEqual(b.headers, by: ==)
    }

    private static func parameters(_ text: Substring) -> [Parameter] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Parameter(name: decode(parts[0]), value: parts.count > 1 ? decode(parts[1]) : "")
        }
    }

    static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
