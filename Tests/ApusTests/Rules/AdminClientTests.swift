import Testing

@testable import apus

@Suite("Asking the admin server")
struct AdminClientTests {
    @Test(
        "Addresses may be written as people write them",
        arguments: [
            ("127.0.0.1:15000", "127.0.0.1:15000"), ("http://localhost:15000/", "localhost:15000"),
            (":9901", "127.0.0.1:9901"), ("[::1]:1", "[::1]:1"), ("HTTP://proxy.example:80", "proxy.example:80"),
        ])
    func addresses(_ text: String, _ expected: String) {
        #expect(AdminAddress(text)?.description == expected)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "localhost", "localhost:", "localhost:0", "localhost:65536", "::1:80", "https://a:1", "a b:1", "a:1/x",
            "user@a:1", "a:+1", "[]:1",
        ])
    func noAddresses(_ text: String) { #expect(AdminAddress(text) == nil) }

    @Test("The environment says where the proxy is, unless it says nothing")
    func environment() {
        #expect(AdminOptions.standard("10.0.0.1:9901") == "10.0.0.1:9901")
        #expect(AdminOptions.standard("") == "127.0.0.1:15000")
        #expect(AdminOptions.standard(nil) == "127.0.0.1:15000")
    }

    @Test("A wrong address or time is a matter of usage")
    func usage() async {
        for words in [["get", "--admin", "nowhere"], ["get", "--timeout", "soon"], ["get", "--timeout=-1s"]] {
            let result = await CommandFixture.apus(words)
            #expect(result.status == 64, "\(words)")
            #expect(result.errors.contains(words[1].hasPrefix("--admin") ? "nowhere" : "is no time"), "\(result)")
        }
    }

    // MARK: Answers

    private func read(_ pieces: String..., end: Bool = true) -> Result<AdminClient.Answer, AdminClient.Failure>? {
        var reply = AdminReply()
        do {
            for piece in pieces { if let answer = try reply.take(Array(piece.utf8)[...]) { return .success(answer) } }
            return end ? .success(try reply.end()) : nil
        } catch { return .failure(error) }
    }

    @Test("An answer in pieces, with chunks, or up to the end of the connection")
    func answers() throws {
        let lengthy = try #require(
            read("HTTP/1.1 200 OK\r\nContent-", "Length: 3\r\nX-A:  b\r\n\r\na", "bc", end: false))
        #expect(try lengthy.get().body == "abc")
        #expect(try lengthy.get().headers["x-a"] == "b")
        let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\n"
        #expect(try #require(read(chunks, "c\r\n0\r\n\r\n", end: false)).get().body == "abc")
        #expect(try #require(read("HTTP/1.0 404 No\r\n\r\nnothing")).get().body == "nothing")
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        #expect(try #require(read(interim, end: false)).get().status == 200)
    }

    @Test(
        "An answer that broke off is none",
        arguments: [
            ("", "without an answer"), ("HTTP/1.1 200 OK\r\n", "in its head"),
            ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", "after 3 of 10 bytes"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", "broke off"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"), ("HTTP/1.1 abc\r\n\r\n", "does not speak HTTP"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "does not speak HTTP"),
        ])
    func broken(_ text: String, _ reason: String) throws {
        guard case .failure(let failure)? = read(text) else {
            Issue.record("it was taken: \(text)")
            return
        }
        #expect(failure.description.contains(reason), "\(failure)")
    }

    @Test("Commands end when nothing answers in time, with one line and status 1")
    func silence() async throws {
        let server = try FakeAdmin("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", closes: false)
        for words in [["get"], ["routes"], ["history"], ["rollback"], ["top"], ["explain", "http://a/"]] {
            let start = ContinuousClock.now
            let result = await CommandFixture.apus(
                words + ["--admin", "127.0.0.1:\(server.port)", "--timeout", "200ms"])
            #expect(result.status == 1)
            #expect(
                result.errors == "error: no answer from 127.0.0.1:\(server.port) within 0.2s; --timeout allows more\n")
            #expect(ContinuousClock.now - start < .seconds(25))
        }
    }

    @Test("An answer that breaks off is an error, and a change may be in force all the same")
    func truncated() async throws {
        let server = try FakeAdmin("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[]")
        let result = await CommandFixture.apus(["rollback", "1", "--admin", "127.0.0.1:\(server.port)"])
        #expect(result.status == 1)
        #expect(result.errors.contains("error: the answer broke off after 2 of 100 bytes"))
        #expect(result.errors.contains("may be in force"))
    }

    @Test("Nobody there, or somebody else, is told in one line")
    func nobody() async throws {
        let nobody = await CommandFixture.apus(["get", "--admin", "127.0.0.1:1"])
        #expect(nobody.status == 1)
        #expect(nobody.errors.hasPrefix("error: no proxy answers at 127.0.0.1:1: Connection refused"), "\(nobody)")
        let page = try FakeAdmin("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>")
        let other = await CommandFixture.apus(["get", "--admin", "127.0.0.1:\(page.port)"])
        #expect(other.status == 1)
        #expect(other.errors.contains("is no proxy's admin port"), "\(other)")
    }
}
