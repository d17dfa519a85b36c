/// Where the counts stand on the screen.
struct DemoBoard {
    let table: DemoTable
    /// Writes over what it wrote before; else a line whenever something has changed.
    let inPlace: Bool
    private var drawn = 0
    private var lastLine = ""

    init(table: DemoTable, inPlace: Bool) {
        self.table = table
        self.inPlace = inPlace
    }

    mutating func show(isLast: Bool = false) {
        if inPlace {
            let lines = table.lines
            let up = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
            drawn = lines.count
            Screen.show(up + lines.map { "\r\u{1B}[K\($0)\n" }.joined())
        } else if isLast {
            Screen.show(table.lines.joined(separator: "\n") + "\n")
        } else if table.line != lastLine {
            lastLine = table.line
            Screen.show(lastLine + "\n")
        }
    }
}
