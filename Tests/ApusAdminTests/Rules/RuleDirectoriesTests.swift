import ApusConfig
import Foundation
import Testing

@testable import ApusAdmin

@Suite("Files and directories of rules")
struct RuleDirectoriesTests {
    private let files = FileManager.default

    private func names(_ reading: RuleReading) -> [String] { reading.rules.map(\.name.name) }

    /// Directories that are looked at.
    private final class Looker {
        private var directories: RuleDirectories

        init(_ paths: String...) { directories = RuleDirectories(paths: paths, namespace: "default") }

        var problems: [RuleFinding] { directories.problems }
        func read() -> RuleReading { directories.read() }
        func hasChanged() -> Bool { directories.hasChanged() }

        /// Looks until a change has come to rest; false: there was none in a few looks.
        func changes() -> Bool {
            for _ in 0..<4 where hasChanged() { return true }
            return false
        }
    }

    @Test("Every YAML and JSON file of a directory is read by name, hidden and other ones are not")
    func which() throws {
        let path = try StoreFixture.folder()
        try StoreFixture.write(StoreFixture.rule("b"), path + "/2.yml")
        try StoreFixture.write(StoreFixture.rule("a"), path + "/1.yaml")
        try StoreFixture.write(StoreFixture.rule("c"), path + "/3.json")
        for name in [".hidden.yaml", "notes.txt", "x.yaml.swp", "4.yaml~"] {
            try StoreFixture.write(StoreFixture.rule("z"), path + "/" + name)
        }
        let single = try StoreFixture.folder() + "/any-name"
        try StoreFixture.write(StoreFixture.rule("d"), single)
        let directories = Looker(path, single)
        #expect(names(directories.read()) == ["a", "b", "c", "d"])
        #expect(directories.problems.isEmpty)
        #expect(!directories.changes())
    }

    @Test("A file that is being written is left until it rests")
    func rest() throws {
        let path = try StoreFixture.folder()
        let directories = Looker(path)
        #expect(names(directories.read()) == [])
        try StoreFixture.write("a: 1", path + "/a.yaml")
        #expect(!directories.hasChanged())
        try StoreFixture.write(StoreFixture.rule("a"), path + "/a.yaml")
        #expect(!directories.hasChanged())
        #expect(directories.hasChanged())
        #expect(names(directories.read()) == ["a"])
        #expect(!directories.changes())
    }

    @Test("Kubernetes' swap of ..data is seen, and read as a whole")
    func symlinkSwap() throws {
        let path = try StoreFixture.folder()
        try files.createDirectory(atPath: path + "/..1", withIntermediateDirectories: false)
        try StoreFixture.write(StoreFixture.rule("a") + "---\n" + StoreFixture.rule("b"), path + "/..1/rules.yaml")
        try files.createSymbolicLink(atPath: path + "/..data", withDestinationPath: "..1")
        try files.createSymbolicLink(atPath: path + "/rules.yaml", withDestinationPath: "..data/rules.yaml")
        let directories = Looker(path)
        #expect(names(directories.read()) == ["a", "b"])

        // As the kubelet does it: a new directory, a link to it beside the old one, and a rename over that.
        try files.createDirectory(atPath: path + "/..2", withIntermediateDirectories: false)
        try StoreFixture.write(StoreFixture.rule("a") + "---\n" + StoreFixture.rule("c"), path + "/..2/rules.yaml")
        try files.createSymbolicLink(atPath: path + "/..data_tmp", withDestinationPath: "..2")
        #expect(rename(path + "/..data_tmp", path + "/..data") == 0)
        try files.removeItem(atPath: path + "/..1")
        #expect(directories.changes())
        #expect(names(directories.read()) == ["a", "c"])
        #expect(!directories.changes())
    }

    @Test("A directory that goes is told once, and seen when it comes again")
    func goesAndComes() throws {
        let path = try StoreFixture.folder()
        try StoreFixture.write(StoreFixture.rule("a"), path + "/a.yaml")
        let directories = Looker(path)
        _ = directories.read()
        try files.removeItem(atPath: path)
        #expect(directories.changes())
        #expect(!directories.read().errors.isEmpty)
        #expect(directories.problems.count == 1)
        #expect(!directories.changes())
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(directories.changes())
        #expect(names(directories.read()) == [])
        #expect(directories.problems.isEmpty)
    }

    @Test("What is no text, and a link to nowhere, is a problem of its file and not a rule")
    func broken() throws {
        let path = try StoreFixture.folder()
        try Data([0x61, 0x3A, 0x20, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: path + "/a.yaml"))
        let directories = Looker(path)
        #expect(directories.read().errors.count == 1)
        #expect(directories.problems.first?.diagnostic.message.contains("a.yaml' is not text") == true)
        try files.removeItem(atPath: path + "/a.yaml")
        try files.createSymbolicLink(atPath: path + "/b.yaml", withDestinationPath: "nowhere")
        #expect(directories.changes())
        #expect(directories.read().errors.count == 1)
        #expect(!directories.changes())
    }
}
