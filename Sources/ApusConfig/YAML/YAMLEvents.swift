internal import CYaml

/// libyaml's events of one text, one after the other. The text must outlive this.
struct YAMLEvents: ~Copyable {
    enum Event {
        case scalar(Scalar, Mark)
        case alias(String, Mark)
        case sequence(anchor: String?, Mark)
        case mapping(anchor: String?, Mark)
        /// Of a list or a mapping.
        case end
        case document(Mark)
        case documentEnd
        case streamEnd
    }

    struct Scalar {
        let text: String
        /// Written as a string: in quotes, as a block, or with a tag that says so.
        let isString: Bool
        let isPlain: Bool
        let anchor: String?
    }

    /// Both from 1.
    struct Mark {
        let line: Int
        let column: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Lines of the whole text before this part of it.
    private let linesBefore: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, linesBefore: Int = 0) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // A byte order mark is no part of the first line.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeBufferPointer(rebasing: bytes[3...]) : bytes
        self.bytes = text
        self.linesBefore = linesBefore
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(YAMLReader.Failure) -> Event {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { yaml_event_delete(&event) }
            let mark = self.mark(event.start_mark)
            switch event.type {
            case YAML_SCALAR_EVENT: return .scalar(scalar(event), mark)
            case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "", mark)
            case YAML_SEQUENCE_START_EVENT: return .sequence(anchor: text(event.data.sequence_start.anchor), mark)
            case YAML_MAPPING_START_EVENT: return .mapping(anchor: text(event.data.mapping_start.anchor), mark)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
            case YAML_DOCUMENT_START_EVENT: return .document(mark)
            case YAML_DOCUMENT_END_EVENT: return .documentEnd
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
            default: continue
            }
        }
    }

    private func scalar(_ event: yaml_event_t) -> Scalar {
        let scalar = event.data.scalar
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE || scalar.style == YAML_ANY_SCALAR_STYLE
        let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let tag = isPlain ? text(scalar.tag) : nil
        return Scalar(
            text: String(decoding: value, as: UTF8.self),
            isString: !isPlain || tag == "!" || tag?.hasSuffix(":str") == true,
            isPlain: isPlain, anchor: text(scalar.anchor))
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func mark(_ mark: yaml_mark_t) -> Mark {
        Mark(line: linesBefore + mark.line + 1, column: mark.column + 1)
    }

    private func failure() -> YAMLReader.Failure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
        switch parser.pointee.error {
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
            let mark = mark(parser.pointee.problem_mark)
            if problem.contains("nesting") || problem.contains("depth") {
                return YAMLReader.Failure(error: .tooDeep(limit: 1000), line: mark.line, column: mark.column)
            }
            let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
            return YAMLReader.Failure(error: .syntax(problem + context), line: mark.line, column: mark.column)
        case YAML_READER_ERROR:
            // A byte that no text may have. Characters before it on its line are counted.
            let before = bytes.prefix(max(0, parser.pointee.problem_offset))
            let line = before.split(separator: 10, omittingEmptySubsequences: false).last ?? before
            let column = line.count { $0 & 0xC0 != 0x80 } + 1
            let lines = before.count { $0 == 10 }
            return YAMLReader.Failure(error: .syntax(problem), line: linesBefore + lines + 1, column: column)
        default:
            return YAMLReader.Failure(error: .syntax(problem), line: linesBefore + 1, column: 1)
        }
    }
}
