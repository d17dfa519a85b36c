/// A text or a JSON object with operators in it: `SubstitutionFormatString`.
public struct SubstitutionFormat: Sendable, Equatable {
    public var layout: SubstitutionLayout
    public var omitEmptyValues: Bool
    /// nil: what fits the layout.
    public var contentType: String?

    public init(layout: SubstitutionLayout, omitEmptyValues: Bool = false, contentType: String? = nil) {
        self.layout = layout
        self.omitEmptyValues = omitEmptyValues
        self.contentType = contentType
    }
}

public enum SubstitutionLayout: Sendable, Equatable {
    case text(FormatString)
    case json(FormatTree)
}

/// A JSON layout: strings are formats, everything else is copied.
public indirect enum FormatTree: Sendable, Equatable {
    case format(FormatString)
    case constant(ConfigValue)
    case array([FormatTree])
    case object([FormatMember])
}

/// One name and its layout in a JSON object.
public struct FormatMember: Sendable, Equatable {
    public var name: String
    public var value: FormatTree

    public init(name: String, value: FormatTree) {
        self.name = name
        self.value = value
    }
}
