/// Where in which file something was written. Two marks are always equal, so that models compare by what they say
/// and not by where they say it.
public struct SourceMark: Sendable, Equatable, CustomStringConvertible {
    public var file: String
    /// From 1; 0 when the value was not read from text.
    public var line: Int
    /// From 1; 0 when the value was not read from text.
    public var column: Int

    public init(file: String = "", line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    public static func == (left: SourceMark, right: SourceMark) -> Bool { true }

    public var description: String { "\(file):\(line):\(column)" }
}
