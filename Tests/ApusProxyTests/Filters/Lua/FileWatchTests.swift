import Testing

@testable import ApusProxy

@Suite("When a script's file is read")
struct FileWatchTests {
    private let first = FileStamp(inode: 1, size: 10, seconds: 1)
    private let second = FileStamp(inode: 1, size: 12, seconds: 2)
    private let third = FileStamp(inode: 1, size: 14, seconds: 3)
    private let empty = FileStamp(inode: 1, size: 0, seconds: 4)

    private func settled() -> FileWatch {
        var watch = FileWatch()
        watch.wasRead(first)
        return watch
    }

    @Test("A change is read when it has come to rest")
    func rest() {
        var watch = settled()
        #expect(watch.look(first) == .nothing)
        #expect(watch.look(second) == .nothing)
        #expect(watch.look(third) == .nothing)
        #expect(watch.look(third) == .read)
        watch.wasRead(third)
        #expect(watch.look(third) == .nothing)
    }

    @Test("A file that never comes to rest is read nevertheless")
    func unrest() {
        var watch = settled()
        let steps = (1...8).map { watch.look(FileStamp(inode: 1, size: 10, seconds: 10 + $0)) }
        #expect(steps == Array(repeating: .nothing, count: 7) + [.read])
    }

    @Test("A file may be missing for a while, and is told missing once")
    func missing() {
        var watch = settled()
        let steps = (0..<60).map { _ in watch.look(nil) }
        #expect(steps.filter { $0 == .missing }.count == 1)
        #expect(steps[FileWatch.patience - 1] == .missing)
        #expect(watch.look(first) == .nothing)
        #expect(watch.look(nil) == .nothing)
    }

    @Test("An empty file is one that is being written, unless it stays so")
    func emptiness() {
        var watch = settled()
        let steps = (0..<FileWatch.patience).map { _ in watch.look(empty) }
        #expect(steps.dropLast().allSatisfy { $0 == .nothing })
        #expect(steps.last == .read)
    }
}

@Suite("What is wrong with a script")
struct ScriptFaultTests {
    @Test(
        "Lua's message is taken apart",
        arguments: [
            ("a:1.lua:3: unexpected symbol", "a:1.lua", 3, "unexpected symbol"),
            ("other.lua:12: x", "other.lua", 12, "x"), ("not enough memory", "a:1.lua", 0, "not enough memory"),
            ("a:1.lua:x: y", "a:1.lua", 0, "a:1.lua:x: y"),
        ])
    func parts(_ text: String, _ file: String, _ line: Int, _ message: String) {
        #expect(ScriptFault(text, origin: "a:1.lua") == ScriptFault(file: file, line: line, message: message))
    }
}
