import Glibc
import Testing

@testable import apus

@Suite("What commands print")
struct ConsoleTests {
    @Test("A reader that has gone away is noticed, and ends nothing")
    func brokenPipe() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(Console.put("a", into: ends[1]) == .written)
        close(ends[0])
        #expect(Console.put("b", into: ends[1]) == .readerHasGone)
        close(ends[1])
    }

    @Test("A full disk is told")
    func full() {
        let file = open("/dev/full", O_WRONLY)
        #expect(Console.put("a", into: file) == .failed("No space left on device"))
        close(file)
    }

    @Test("Cells stand below each other, and nothing in them steers the terminal")
    func columns() {
        #expect(
            Columns.lines([["A", "B", "C"], ["longer", "", "x"], ["é", "\u{1B}[2J\n", ""]])
                == ["A       B      C", "longer         x", "é       \u{FFFD}[2J\u{FFFD}"])
    }
}
