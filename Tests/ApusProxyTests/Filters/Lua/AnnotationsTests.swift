import Foundation
import Testing

@testable import ApusProxy

@Suite("Annotations for the Lua language server, filters/types/apus.lua")
struct AnnotationsTests {
    /// `Class:method` of each stub in the file.
    private func stubs() throws -> Set<String> {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../../filters/types/apus.lua"
        ).standardized
        let text = try String(contentsOf: file, encoding: .utf8)
        return Set(
            text.split(separator: "\n").compactMap { line in
                guard line.hasPrefix("function "), let open = line.firstIndex(of: "("), line.contains(":") else {
                    return nil
                }
                return String(line[line.index(line.startIndex, offsetBy: 9)..<open])
            })
    }

    /// What scripts can call; the log methods stand once, in the class that all others have as their base.
    private var methods: Set<String> {
        Set(
            LuaMethod.allCases.compactMap { method in
                guard let place = method.place, !place.name.hasPrefix("__") else { return nil }
                return "\(LuaMethod.ofAll.contains(method) ? "Logger" : place.of.name):\(place.name)"
            })
    }

    @Test("Every method that scripts can call has its stub")
    func complete() throws { #expect(methods.subtracting(try stubs()).sorted() == []) }

    @Test("No stub promises a method that there is not, but for those of TLS connections")
    func honest() throws {
        let promised = try stubs().subtracting(methods).filter { !$0.hasPrefix("Ssl:") && !$0.hasPrefix("ParsedName:") }
        #expect(promised.sorted() == [])
    }
}
