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

    /// Lets the first mapper that accepts the reply change it, and lays its body out. True: the mapper's headers say
    /// what type the body is of.
    func apply(to reply: inout LocalReply, head: Head, exchange: Exchange) -> Bool {
        // Filters and formats read the reply where they read any answer.
        exchange.status = reply.status
        exchange.flags.formUnion(reply.flags)
        exchange.details = reply.details
        var chosen = layout
        var typed = false
        if let mapper = mappers.first(where: { $0.filter.accepts(exchange, status: reply.status) }) {
            if let body = mapper.body { reply.body = body }
            let before = head.value(.contentType)?.string
            add(mapper.fields, to: head, exchange)
            typed = before != head.value(.contentType)?.string
            if let status = mapper.status {
                reply.status = status
                exchange.status = status
            }
            if let layout = mapper.layout { chosen = layout }
        }
        guard let chosen else { return typed }
        exchange.localReplyBody = reply.body
        var body: [UInt8] = []
        chosen.append(to: &body, exchange)
        reply.body = String(decoding: body, as: UTF8.self)
        exchange.localReplyBody = ""
        reply.contentType = chosen.contentType
        return typed
    }

    private func add(_ fields: [AddedField], to head: Head, _ exchange: Exchange) {
        for field in fields {
            var value: [UInt8] = []
            field.value.append(to: &value, exchange)
            guard field.keepEmpty || !value.isEmpty else { continue }
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
