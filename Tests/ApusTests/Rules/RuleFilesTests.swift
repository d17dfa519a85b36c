import Foundation
import Testing

@testable import apus

@Suite("The files of a command")
struct RuleFilesTests {
    private func reason(_ paths: [String], input: String = "") -> String {
        do {
            _ = try RuleFiles(paths, input: { Array(input.utf8) })
            return "none"
        } catch { return "\(error)" }
    }

    @Test("Lines of the second file are its own, whether or not the first ends with a line end")
    func places() async throws {
        try await CommandFixture.withFolder { folder in
            for ending in ["", "\n", "\r\n"] {
                try CommandFixture.write("a: 1\r\nb: 2\(ending)", "\(folder)/1.yaml")
                try CommandFixture.write("c: 3\nd: 4\n", "\(folder)/2.yaml")
                let files = try RuleFiles([folder])
                let lines = files.text.utf8.split(separator: 10, omittingEmptySubsequences: false)
                let d = try #require(lines.firstIndex { $0.elementsEqual("d: 4".utf8) }) + 1
                #expect(files.place(of: d).map { "\($0.file):\($0.line)" } == "\(folder)/2.yaml:2")
                #expect(files.place(of: 2).map { "\($0.file):\($0.line)" } == "\(folder)/1.yaml:2")
                // What is wrong with the end of a file is not said of the next one.
                #expect(files.place(of: 3).map { "\($0.file):\($0.line)" } == "\(folder)/1.yaml:2")
            }
        }
    }

    @Test("A byte order mark is no part of the text")
    func mark() throws {
        #expect(try RuleFiles(["-"], input: { [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8) }).text == "a: 1\n")
    }

    @Test("A directory's rule files come by name, hidden ones and others not at all")
    func directory() async throws {
        try await CommandFixture.withFolder { folder in
            for name in ["b.yml", "a.yaml", "c.json", ".d.yaml", "e.txt"] {
                try CommandFixture.write("name: \(name)", "\(folder)/\(name)")
            }
            let text = try RuleFiles([folder]).text
            #expect(text == "name: a.yaml\n---\nname: b.yml\n---\nname: c.json\n")
        }
    }

    @Test("What cannot be read is told in one line")
    func unreadable() async throws {
        try await CommandFixture.withFolder { folder in
            #expect(reason(["\(folder)/none.yaml"]) == "\(folder)/none.yaml: no such file")
            #expect(reason([folder]) == "no .yaml, .yml or .json files in \(folder)")
            try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
            #expect(reason(["\(folder)/a.yaml"]) == "\(folder)/a.yaml: not text in UTF-8")
            #expect(reason(["\(folder)/a.yaml/b"]) == "\(folder)/a.yaml/b: not a directory")
            #expect(reason(["-"]) == "<stdin>: no documents")
            #expect(reason(["-"], input: "# nothing\n---\n \n... # end\n") == "<stdin>: no documents")
            #expect(reason(["-", "-"], input: "a: 1") == "standard input can be read only once")
        }
    }
}
