import ApusAdmin
import ApusConfig
import ApusProxy
import ArgumentParser
import Glibc

/// The documents of some files as one text, which still knows the place of each line.
struct RuleFiles {
    private(set) var text = ""
    private var parts: [Part] = []
    private var lines = 0

    private struct Part {
        var file: String
        /// Of the whole text, from 1.
        var firstLine: Int
        var lines: Int
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The name of standard input in messages.
    static let standardInput = "<stdin>"
    /// Bytes of one file: what the admin server takes at most.
    private static let mostBytes = 64 << 20

    /// Files, directories and `-` for standard input. `input` reads the latter. Throws a `Failure`.
    init(_ paths: [String], input: () throws -> [UInt8] = Self.readInput) throws {
        var hasInput = false
        for path in paths {
            guard path == "-" else {
                for file in try Self.files(path) { add(try Self.read(file), file) }
                continue
            }
            guard !hasInput else { throw Failure(description: "standard input can be read only once") }
            hasInput = true
            add(try Self.text(try input(), Self.standardInput), Self.standardInput)
        }
        guard hasDocuments else {
            let names = parts.map(\.file).joined(separator: ", ")
            throw Failure(description: "\(names): no documents")
        }
    }

    /// Says what is wrong and ends the command with status 1.
    static func open(_ paths: [String]) throws -> RuleFiles {
        do { return try RuleFiles(paths) } catch let failure as Failure {
            Console.error("\(failure)")
            throw ExitCode(1)
        }
    }

    /// From 1. A place behind the end of a file is at its end.
    func place(of line: Int) -> (file: String, line: Int)? {
        parts.last { $0.firstLine <= line }.map { ($0.file, min(line - $0.firstLine + 1, max($0.lines, 1))) }
    }

    /// `file:line:column: path: message`, as `apus validate` prints it.
    func shown(_ diagnostic: Diagnostic) -> String {
        let message = diagnostic.path.isEmpty ? diagnostic.message : "\(diagnostic.path): \(diagnostic.message)"
        guard let place = place(of: diagnostic.source.line) else { return "error: \(message)" }
        return "\(place.file):\(place.line):\(diagnostic.source.column): \(message)"
    }

    private mutating func add(_ content: String, _ file: String) {
        if !text.isEmpty {
            // Directives stand before the mark of their document.
            text += content.hasPrefix("%") ? "...\n" : "---\n"
            lines += 1
        }
        // Of bytes: a carriage return and a line feed are one character.
        let count = content.utf8.count { $0 == 10 }
        let isWhole = content.utf8.last.map { $0 == 10 } ?? true
        parts.append(Part(file: file, firstLine: lines + 1, lines: count + (isWhole ? 0 : 1)))
        text += content
        if !isWhole { text += "\n" }
        lines += count + (isWhole ? 0 : 1)
    }

    /// Whether there is anything but blanks, comments and marks between documents.
    private var hasDocuments: Bool {
        text.utf8.split(separator: 10).contains { line in
            let rest = line.drop { $0 == 32 || $0 == 9 || $0 == 13 }
            guard let first = rest.first, first != UInt8(ascii: "#") else { return false }
            guard rest.starts(with: "---".utf8) || rest.starts(with: "...".utf8) else { return true }
            let behind = rest.dropFirst(3).drop { $0 == 32 || $0 == 9 || $0 == 13 }.first
            return behind.map { $0 != UInt8(ascii: "#") } ?? false
        }
    }

    // MARK: Reading

    private static func read(_ file: String) throws -> String {
        do { return try text(try FileBytes.read(file, most: mostBytes), file) } catch let error as FileBytes.Unreadable
        {
            throw Failure(description: "\(file): \(words(error.description))")
        }
    }

    private static func text(_ bytes: [UInt8], _ file: String) throws -> String {
        // A byte order mark is the file's, and would stand in the midst of the text.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            throw Failure(description: "\(file): not text in UTF-8")
        }
        return text
    }

    static func readInput() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= mostBytes {
            let count = Glibc.read(STDIN_FILENO, &piece, piece.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(description: "\(standardInput): \(words(errno))") }
            bytes += piece[..<count]
        }
        throw Failure(description: "\(standardInput): it is larger than \(mostBytes >> 20) MiB")
    }

    /// The file itself, or those of a directory that are not hidden, by name.
    private static func files(_ path: String) throws -> [String] {
        guard let isDirectory = isDirectory(path) else { throw Failure(description: "\(path): \(words(errno))") }
        guard isDirectory else { return [path] }
        guard let all = RuleFolder.files(path) else { throw Failure(description: "\(path): \(words(errno))") }
        let files = all.filter { self.isDirectory($0) != true }
        guard !files.isEmpty else { throw Failure(description: "no .yaml, .yml or .json files in \(path)") }
        return files
    }

    /// nil when there is nothing, or nothing that may be looked at.
    private static func isDirectory(_ path: String) -> Bool? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT == S_IFDIR : nil
    }

    private static func words(_ error: Int32) -> String {
        error == ENOENT ? "no such file" : words(String(cString: strerror(error)))
    }

    private static func words(_ reason: String) -> String { reason.prefix(1).lowercased() + reason.dropFirst() }
}
