/// A statistic's name taken apart as Envoy's tag extractors do: what is constant is the metric, what varies a label.
struct TaggedName: Equatable {
    /// `envoy_cluster_upstream_rq_xx`
    let metric: String
    /// `envoy_response_code_class="2",envoy_cluster_name="v1"`
    let labels: String

    init(_ name: String, live: Set<String>) {
        var rest = name
        var labels: [(String, String)] = []
        Self.takeCode(&rest, &labels)
        Self.takeRateLimit(&rest, &labels)
        Self.takeOwner(&rest, &labels, live)
        Self.takeWorker(&rest, &labels)
        metric = "envoy_" + String(rest.map { Self.isNameCharacter($0) ? $0 : "_" })
        self.labels = labels.map { "\($0.0)=\"\(Self.escape($0.1))\"" }.joined(separator: ",")
    }

    func labels(and label: String) -> String { labels.isEmpty ? label : "\(labels),\(label)" }

    /// `upstream_rq_503` and `downstream_rq_5xx`.
    private static func takeCode(_ name: inout String, _ labels: inout [(String, String)]) {
        guard let mark = name.lastRange(of: "_rq_") else { return }
        let code = name[mark.upperBound...]
        if code.count == 3, code.allSatisfy(\.isNumber) {
            labels.append(("envoy_response_code", String(code)))
            name = String(name[..<mark.upperBound].dropLast())
        } else if code.count == 3, code.hasSuffix("xx"), let digit = code.first, digit.isNumber {
            labels.append(("envoy_response_code_class", String(digit)))
            name = name[..<mark.upperBound] + "xx"
        }
    }

    /// `ingress.http_local_rate_limit.enforced`; the prefix may stand after another owner.
    private static func takeRateLimit(_ name: inout String, _ labels: inout [(String, String)]) {
        guard let mark = name.lastRange(of: ".http_local_rate_limit.") else { return }
        labels.append(("envoy_local_http_ratelimit_prefix", String(name[..<mark.lowerBound])))
        name = String(name[mark.lowerBound...].dropFirst())
    }

    private static func takeOwner(_ name: inout String, _ labels: inout [(String, String)], _ live: Set<String>) {
        let owners = [
            ("http.", "envoy_http_conn_manager_prefix"), ("cluster.", "envoy_cluster_name"),
            ("tcp.", "envoy_tcp_prefix"), ("listener.", "envoy_listener_address"),
        ]
        for (kind, label) in owners where name.hasPrefix(kind) {
            let owner = LivePrefixes.owner(of: name, live) ?? firstWord(of: name, after: kind)
            let value = owner.dropFirst(kind.count).dropLast()
            guard !value.isEmpty else { return }
            let inner = kind + name.dropFirst(owner.count)
            if kind == "listener." { takeListenerHTTP(inner, &name, &labels) } else { name = inner }
            labels.append((label, String(value)))
            return
        }
    }

    /// `listener.<address>.http.<prefix>.downstream_rq_2xx` has two owners.
    private static func takeListenerHTTP(_ inner: String, _ name: inout String, _ labels: inout [(String, String)]) {
        name = inner
        guard inner.hasPrefix("listener.http."), let dot = inner.lastIndex(of: ".") else { return }
        let prefix = inner[..<dot].dropFirst("listener.http.".count)
        guard !prefix.isEmpty else { return }
        labels.append(("envoy_http_conn_manager_prefix", String(prefix)))
        name = "listener.http" + inner[dot...]
    }

    private static func takeWorker(_ name: inout String, _ labels: inout [(String, String)]) {
        for kind in ["listener_manager.worker_", "server.worker_"] where name.hasPrefix(kind) {
            let number = name.dropFirst(kind.count).prefix { $0.isNumber }
            guard !number.isEmpty else { return }
            labels.append(("envoy_worker_id", String(number)))
            name = String(kind.dropLast() + name.dropFirst(kind.count + number.count))
        }
    }

    /// `cluster.v1.` of `cluster.v1.upstream_rq_total`.
    private static func firstWord(of name: String, after kind: String) -> String {
        guard let dot = name.dropFirst(kind.count).firstIndex(of: ".") else { return "" }
        return String(name[...dot])
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    /// A label's value as it stands between quotation marks.
    static func escape(_ value: String) -> String {
        var text = ""
        for character in value {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}

extension String {
    /// The last place of a text in this one.
    fileprivate func lastRange(of text: String) -> Range<String.Index>? {
        let bytes = Array(utf8)
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in (0...(bytes.count - wanted.count)).reversed()
        where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
            return utf8.index(startIndex, offsetBy: start)..<utf8.index(startIndex, offsetBy: start + wanted.count)
        }
        return nil
    }
}
