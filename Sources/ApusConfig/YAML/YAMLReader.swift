/// Turns text into nodes: aliases are expanded, limits are kept.
struct YAMLReader {
    /// What is read otherwise than Envoy reads it, to which the same file must mean the same.
    struct Options {
        /// `<<` brings the members of another mapping; Envoy refuses it.
        var mergesMappings = false
        /// A key that is there already is a finding, and not the end of the reading; its value is left out.
        var goesOnAfterDuplicates = false
    }

    /// A problem of the text itself, which leaves nothing to read.
    struct Failure: Error {
        let error: ConfigurationError
        let line: Int
        let column: Int
    }

    /// A key of a mapping that has it already.
    struct Duplicate {
        let key: String
        let path: String
        let line: Int
        let column: Int
    }

    let limits: YAMLLimits
    let options: Options

    init(limits: YAMLLimits = YAMLLimits(), options: Options = Options()) {
        self.limits = limits
        self.options = options
    }

    /// The root of the only document; nil for an empty file.
    func read(_ text: String) throws(Failure) -> YAMLNode? {
        var text = text
        return try text.withUTF8 { bytes -> Result<YAMLNode?, Failure> in
            Result { () throws(Failure) in
                var root: YAMLNode?
                try documents(bytes) { node, mark throws(Failure) in
                    guard root == nil else {
                        throw Failure(error: .severalDocuments, line: mark.line, column: mark.column)
                    }
                    root = node
                }
                return root
            }
        }.get()
    }

    /// Reads one document after the other, and gives each with the place where it begins. `linesBefore`: what stands
    /// before these bytes in the whole text.
    func documents(
        _ bytes: UnsafeBufferPointer<UInt8>, linesBefore: Int = 0, duplicates: ((Duplicate) -> Void)? = nil,
        each: (YAMLNode, YAMLEvents.Mark) throws(Failure) -> Void
    ) throws(Failure) {
        guard bytes.count <= limits.size else {
            throw Failure(error: .fileTooLarge(limit: limits.size), line: 1, column: 1)
        }
        var events = YAMLEvents(bytes, linesBefore: linesBefore)
        var composer = YAMLComposer(limits: limits, options: options, size: bytes.count)
        while true {
            switch try events.next() {
            case .streamEnd: return
            case .document(let mark):
                let root = try composer.document(&events)
                composer.duplicates.forEach { duplicates?($0) }
                try each(root, mark)
            default: continue
            }
        }
    }
}
