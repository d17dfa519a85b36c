import ApusProxy

/// `/stats` and `/stats/prometheus`.
enum StatsPage {
    static let parameters: [AdminCommand.Parameter] = [
        .init(name: "usedonly", help: "Only statistics that were written since the start", isSwitch: true),
        .init(name: "filter", help: "Regular expression (RE2) for filtering statistics by name"),
        .init(name: "invert_filter", help: "Show what does not match the filter", isSwitch: true),
    ]

    @Sendable
    static func answer(_ request: AdminRequest, _ face: any ProxyFace) async -> AdminAnswer {
        await answer(request, face, format: request["format"] ?? "")
    }

    static func answer(_ request: AdminRequest, _ face: any ProxyFace, format: String) async -> AdminAnswer {
        var query = StatQuery()
        query.usedOnly = request.has("usedonly")
        query.invertsFilter = request.has("invert_filter")
        if let pattern = request["filter"], !pattern.isEmpty {
            do {
                query.filter = try NamePattern(pattern)
            } catch {
                return .text("Invalid re2 regex: \(error.reason)", status: 400)
            }
        }
        if let name = request["type"], !name.isEmpty {
            guard let selection = StatQuery.Selection(rawValue: name) else {
                return .text("invalid &type= param", status: 400)
            }
            query.selection = selection
        }
        if let name = request["histogram_buckets"], !name.isEmpty, name != "none" {
            guard let view = StatQuery.HistogramView(rawValue: name) else {
                return .text("usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary)\n", status: 400)
            }
            query.histogramView = view
        }
        switch format {
        case "", "text": return .text(await table(face).text(query))
        case "json":
            return AdminAnswer(contentType: "application/json", body: await table(face).json(query))
        case "prometheus":
            let server = await face.serverReading()
            return .text(await table(face).prometheus(query, live: server.livePrefixes))
        default: return .text("usage: /stats?format=(json|prometheus|text)\n\n", status: 400)
        }
    }

    private static func table(_ face: any ProxyFace) async -> StatTable {
        StatTable(
            workers: await face.numbers(), clusters: await face.clusterReadings(),
            listeners: await face.listenerReadings(), server: await face.serverReading())
    }
}
