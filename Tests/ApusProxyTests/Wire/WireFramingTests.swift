import Testing

@Suite("On the wire: where messages begin and end")
struct WireFramingTests {
    /// What an upstream gets of a request, and what a client gets of an answer.
    private func exchange(_ request: String, answer: String) async throws -> (request: String, answer: String) {
        let (heard, tell) = AsyncStream.makeStream(of: String.self)
        let upstream = try await WireUpstream.start { connection, _ in
            let message = try await connection.readMessage()
            tell.yield(message.head + message.body)
            try await connection.send(answer)
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        try await client.send(request)
        let received = try await client.readToEnd()
        var iterator = heard.makeAsyncIterator()
        let forwarded = await iterator.next() ?? ""
        await proxy.stop()
        await upstream.stop()
        return (forwarded, received)
    }

    @Test("A chunked body is passed on chunk by chunk, without its extensions")
    func chunked() async throws {
        let body = "5;ext=\"1\"\r\nhello\r\n0\r\n\r\n"
        let (request, _) = try await exchange(
            "POST / HTTP/1.1\r\nhost: test\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\(body)",
            answer: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        #expect(request.contains("transfer-encoding: chunked\r\n"))
        #expect(request.hasSuffix("hello"))
    }

    @Test("What concerns one connection alone is not passed on")
    func hopByHop() async throws {
        let (request, answer) = try await exchange(
            "GET / HTTP/1.1\r\nhost: test\r\nconnection: close, x-mine\r\nx-mine: 1\r\nkeep-alive: 5\r\nx-yours: 2\r\n\r\n",
            answer: "HTTP/1.1 200 OK\r\nconnection: keep-alive\r\nkeep-alive: 5\r\ncontent-length: 0\r\n\r\n")
        #expect(!request.contains("keep-alive"))
        #expect(request.contains("x-yours: 2\r\n"))
        #expect(!answer.contains("keep-alive"))
    }

    @Test("An answer without a length lasts until the upstream closes, and is chunked for the client")
    func untilClose() async throws {
        let (_, answer) = try await exchange(
            "GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
            answer: "HTTP/1.1 200 OK\r\n\r\nall there is")
        #expect(answer.contains("transfer-encoding: chunked\r\n"))
        #expect(answer.hasSuffix("c\r\nall there is\r\n0\r\n\r\n"))
    }

    @Test("HTTP/1.0 clients get no chunks")
    func http10() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.readMessage()
            try await connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)],
            manager: "http_protocol_options: { accept_http_10: true, default_host_for_http_10: test }")
        let client = try await proxy.connect()
        try await client.send("GET / HTTP/1.0\r\n\r\n")
        let answer = try await client.readToEnd()
        #expect(!answer.contains("chunked"))
        #expect(answer.hasSuffix("\r\n\r\nabc"))
        await proxy.stop()
        await upstream.stop()
    }

    @Test("An answer that breaks off breaks off for the client, too")
    func brokenOff() async throws {
        let (_, answer) = try await exchange(
            "GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
            answer: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")
        #expect(answer.contains("5\r\nhello\r\n"))
        #expect(!answer.hasSuffix("0\r\n\r\n"))
    }

    @Test("An upstream that speaks no HTTP is answered for by 502")
    func noHTTP() async throws {
        let (_, answer) = try await exchange(
            "GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n", answer: "220 smtp.example ready\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 502 "))
    }

    @Test("A client that waits for 100 gets the upstream's, then the answer")
    func expectContinue() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            _ = try await connection.read(through: "body")
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(
            clusters: [WireProxy.cluster("v1", upstream)], manager: "proxy_100_continue: true")
        let client = try await proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n")
        #expect(try await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue\r\n"))
        try await client.send("body")
        #expect(try await client.readMessage().body == "ok")
        await proxy.stop()
        await upstream.stop()
    }

    @Test("An answer that comes before the request's end reaches the client", .timeLimit(.minutes(1)))
    func early() async throws {
        let upstream = try await WireUpstream.start { connection, _ in
            _ = try await connection.read(through: "\r\n\r\n")
            try await connection.send("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig")
            _ = try await connection.readToEnd()
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        try await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000\r\n\r\nthe first of it")
        let answer = try await client.readMessage()
        #expect(answer.status == 413)
        #expect(answer.body == "big")
        await proxy.stop()
        await upstream.stop()
    }

    @Test(
        "A second request hidden in the first is not passed on",
        arguments: [
            "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nhost: x\r\n\r\n",
            "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdeGET /hidden HTTP/1.1\r\nhost: x\r\n\r\n",
            "transfer-encoding: xchunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nhost: x\r\n\r\n",
            "transfer-encoding : chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nhost: x\r\n\r\n",
            "content-length: +5\r\n\r\nabcdeGET /hidden HTTP/1.1\r\nhost: x\r\n\r\n",
            "transfer-encoding: chunked\r\n\r\n10000000000000000\r\n\r\nGET /hidden HTTP/1.1\r\nhost: x\r\n\r\n",
        ])
    func smuggling(rest: String) async throws {
        let (paths, tell) = AsyncStream.makeStream(of: String.self)
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                tell.yield(try await connection.readMessage().path)
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            }
        }
        let proxy = try await WireProxy.start(clusters: [WireProxy.cluster("v1", upstream)])
        let client = try await proxy.connect()
        try await client.send("POST /shown HTTP/1.1\r\nhost: test\r\n\(rest)")
        let answer = try await client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 501 "))
        await proxy.stop()
        await upstream.stop()
        tell.finish()
        for await path in paths { #expect(path != "/hidden") }
    }
}
