import ApusConfig
import Testing

@testable import apus

@Suite("A watched change, seen from outside")
struct WatchedChangeTests {
    private func state(_ status: String) throws -> WatchedChange.State {
        let server = try AdminOptions.parse([])
        return WatchedChange(server: server, revision: 5).state(try #require(JSONText.read(status)))
    }

    private func failure(_ status: String) throws -> String {
        guard case .failed(let text) = try state(status) else { return "no failure" }
        return text
    }

    @Test("It goes on, and ends well")
    func well() throws {
        #expect(try state(#"{"watch": {"revision": 5, "state": "watching"}}"#) == .watching)
        #expect(
            try state(#"{"watch": {"revision": 5, "state": "passed", "answers": 12}}"#)
                == .passed("watched: 12 answers, nothing wrong; the change stays"))
    }

    @Test("Every other end is a failure that is told: taken back, overtaken, taken over, the proxy started anew")
    func badly() throws {
        #expect(
            try failure(#"{"watch": {"revision": 5, "state": "rolled back", "reason": "p99 is 9 ms"}}"#)
                == "rolled back: p99 is 9 ms")
        #expect(
            try failure(#"{"watch": {"revision": 5, "state": "overtaken", "reason": "revision 6 came meanwhile"}}"#)
                .contains("watch ended early: revision 6 came meanwhile"))
        #expect(try failure(#"{"watch": {"revision": 6, "state": "watching"}}"#).contains("revision 6 is watched now"))
        #expect(try failure(#"{"revision": 2}"#).contains("the proxy was started anew"))
        #expect(
            try failure(#"{"watch": {"revision": 5, "state": "stuck", "reason": "x"}}"#).contains("not rolled back"))
    }
}
