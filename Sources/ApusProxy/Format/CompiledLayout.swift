import ApusConfig

/// A `SubstitutionFormat`, compiled: a text, or JSON on one line with a line feed.
final class CompiledLayout: Sendable {
    private enum Kind {
        case text(CompiledFormat)
        case json(CompiledTree)
    }
    private let kind: Kind
    /// For answers laid out so.
    let contentType: String

    init(_ format: SubstitutionFormat) {
        let emptyValue: EmptyValue = format.omitEmptyValues ? .nothing : .dash
        switch format.layout {
        case .text(let text):
            kind = .text(CompiledFormat(text, emptyValue: emptyValue))
            contentType = format.contentType ?? "text/plain"
        case .json(let tree):
            kind = .json(CompiledTree(tree, omitEmptyValues: format.omitEmptyValues))
            contentType = format.contentType ?? "application/json"
        }
    }

    func append<Context: LogContext>(to buffer: inout [UInt8], _ context: Context) {
        switch kind {
        case .text(let format): format.append(to: &buffer, context)
        case .json(let tree):
            tree.append(to: &buffer, context)
            buffer.append(UInt8(ascii: "\n"))
        }
    }
}

/// A JSON layout, compiled. Members are printed by name, as Envoy does.
final class CompiledTree: Sendable {
    private indirect enum Node {
        /// JSON text that is the same for every request.
        case constant([UInt8])
        case null
        case value(CompiledOperator, maxLength: Int?)
        case text(CompiledFormat)
        case array([Node])
        /// Names as JSON with their colon.
        case object([(name: [UInt8], node: Node)])
    }

    private let root: Node
    private let omitEmptyValues: Bool

    init(_ tree: FormatTree, omitEmptyValues: Bool) {
        root = Self.compile(tree, omitEmptyValues ? .nothing : .dash)
        self.omitEmptyValues = omitEmptyValues
    }

    private static func compile(_ tree: FormatTree, _ emptyValue: EmptyValue) -> Node {
        switch tree {
        case .constant(.null): return .null
        case .constant(let value):
            var text: [UInt8] = []
            value.appendJSON(to: &text)
            return .constant(text)
        case .format(let string):
            if let literal = string.literal {
                var text: [UInt8] = []
                text.append(quoted: literal)
                return .constant(text)
            }
            let format = CompiledFormat(string, emptyValue: emptyValue)
            if let only = format.onlyOperator { return .value(only.value, maxLength: only.maxLength) }
            return .text(format)
        case .array(let elements): return .array(elements.map { compile($0, emptyValue) })
        case .object(let members):
            return .object(
                members.sorted { $0.name < $1.name }.map { member in
                    var name: [UInt8] = []
                    name.append(quoted: member.name)
                    name.append(UInt8(ascii: ":"))
                    return (name, compile(member.value, emptyValue))
                })
        }
    }

    func append<Context: LogContext>(to buffer: inout [UInt8], _ context: Context) {
        if !append(root, to: &buffer, context) { buffer.append(contentsOf: StaticString("{}").bytes) }
    }

    /// Appends a node; false, with nothing appended, when it is empty and empty values are left out.
    private func append<Context: LogContext>(_ node: Node, to buffer: inout [UInt8], _ context: Context) -> Bool {
        switch node {
        case .constant(let text): buffer += text
        case .null:
            if omitEmptyValues { return false }
            buffer.append(contentsOf: StaticString("null").bytes)
        case .value(let value, let maxLength):
            let result = value.evaluate(context)
            if omitEmptyValues, result.isMissing { return false }
            result.appendJSON(to: &buffer, maxLength: maxLength)
        case .text(let format):
            buffer.append(UInt8(ascii: "\""))
            let start = buffer.count
            format.append(to: &buffer, context)
            buffer.escapeJSON(from: start)
            buffer.append(UInt8(ascii: "\""))
        case .array(let elements):
            return appendAll(elements, name: { _ in nil }, node: { $0 }, "[", "]", to: &buffer, context)
        case .object(let members):
            return appendAll(members, name: { $0.name }, node: { $0.node }, "{", "}", to: &buffer, context)
        }
        return true
    }

    private func appendAll<Element, Context: LogContext>(
        _ elements: [Element], name: (Element) -> [UInt8]?, node: (Element) -> Node, _ opening: Unicode.Scalar,
        _ closing: Unicode.Scalar, to buffer: inout [UInt8], _ context: Context
    ) -> Bool {
        let start = buffer.count
        buffer.append(UInt8(ascii: opening))
        for element in elements {
            let before = buffer.count
            if before > start + 1 { buffer.append(UInt8(ascii: ",")) }
            if let name = name(element) { buffer += name }
            if !append(node(element), to: &buffer, context) { buffer.removeLast(buffer.count - before) }
        }
        if omitEmptyValues, buffer.count == start + 1 {
            buffer.removeLast()
            return false
        }
        buffer.append(UInt8(ascii: closing))
        return true
    }
}
