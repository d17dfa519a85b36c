/// Headers added and removed on the way: `*_headers_to_add`, `*_headers_to_remove`.
public struct HeaderMutation: Sendable, Equatable {
    public var add: [HeaderValueOption]
    /// Lower case.
    public var remove: [String]

    public init(add: [HeaderValueOption] = [], remove: [String] = []) {
        self.add = add
        self.remove = remove
    }
}

extension HeaderMutation {
    public var isEmpty: Bool { add.isEmpty && remove.isEmpty }
}

public struct HeaderValueOption: Sendable, Equatable {
    /// Lower case.
    public var key: String
    public var value: FormatString
    public var appendAction: HeaderAppendAction
    /// Otherwise an empty value is not added.
    public var keepEmptyValue: Bool
    public var source: SourceMark

    public init(
        key: String,
        value: FormatString,
        appendAction: HeaderAppendAction = .appendIfExistsOrAdd,
        keepEmptyValue: Bool = false,
        source: SourceMark = SourceMark()
    ) {
        self.key = key
        self.value = value
        self.appendAction = appendAction
        self.keepEmptyValue = keepEmptyValue
        self.source = source
    }
}

public enum HeaderAppendAction: String, Sendable, Equatable {
    case appendIfExistsOrAdd = "APPEND_IF_EXISTS_OR_ADD"
    case addIfAbsent = "ADD_IF_ABSENT"
    case overwriteIfExistsOrAdd = "OVERWRITE_IF_EXISTS_OR_ADD"
    case overwriteIfExists = "OVERWRITE_IF_EXISTS"
}
