import ApusConfig

/// How answers of the proxy itself look.
final class CompiledLocalReplies: Sendable {
    private struct Mapper: Sendable {
        let filter: CompiledLogFilter
        let status: Int?
        let body: String?
        let layout: CompiledLayout?
        let fields: [AddedField]
    }

    private struct AddedField: Sendable {
        let name: HeaderName
        let value: CompiledFormat
        let action: HeaderAppendAction
        let keepEmpty: Bool
    }

    private let mappers: [Mapper]
    private let layout: CompiledLayout?

    init(_ config: LocalReplyConfig) throws {
        layout = config.bodyFormat.map(CompiledLayout.init)
        mappers = try config.mappers.map { mapper in
            Mapper(
                filter: try CompiledLogFilter(mapper.filter), status: mapper.statusCode.map { Int($0) },
                body: mapper.body.map { String(decoding: $0, as: UTF8.self) },
                layout: mapper.bodyFormatOverride.map(CompiledLayout.init),
                fields: mapper.headersToAdd.map {
                    AddedField(
                        name: HeaderName($0.key), value: CompiledFormat($0.value), action: $0.appendAction,
                        keepEmpty: $0.keepEmptyValue)
                })
        }
    }

    /// Lets the first mapper that accepts the reply change it, and lays its body out.
    func apply(to reply: inout LocalReply, exchange: Exchange) {
        // Filters and formats read the reply where they read any answer.
        exchange.status = reply.status
        exchange.flags.formUnion(reply.flags)
        exchange.details = reply.details
        var chosen = layout
        if let mapper = mappers.first(where: { $0.filter.accepts(exchange, status: reply.status) }) {
            if let status = mapper.status {
                reply.status = status
                exchange.status = status
            }
            if let body = mapper.body { reply.body = body }
            if let layout = mapper.layout { chosen = layout }
            add(mapper.fields, to: &reply, exchange)
        }
        guard let chosen else { return }
        exchange.localReplyBody = reply.body
        var body: [UInt8] = []
        chosen.append(to: &body, exchange)
        reply.body = String(decoding: body, as: UTF8.self)
        reply.contentType = chosen.contentType
    }

    private func add(_ fields: [AddedField], to reply: inout LocalReply, _ exchange: Exchange) {
        guard !fields.isEmpty else { return }
        let values = fields.map { field in
            var value: [UInt8] = []
            field.value.append(to: &value, exchange)
            return (field, value)
        }
        let before = reply.adjust
        reply.adjust = { head in
            before?(head)
            for (field, value) in values where field.keepEmpty || !value.isEmpty {
                value.withUnsafeBufferPointer { bytes in
                    switch field.action {
                    case .appendIfExistsOrAdd: head.add(field.name, bytes)
                    case .addIfAbsent: if head.value(field.name) == nil { head.add(field.name, bytes) }
                    case .overwriteIfExistsOrAdd: head.set(field.name, bytes)
                    case .overwriteIfExists: if head.value(field.name) != nil { head.set(field.name, bytes) }
                    }
                }
            }
        }
    }
}
