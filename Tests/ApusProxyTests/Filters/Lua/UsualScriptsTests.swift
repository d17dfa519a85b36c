import Testing

@testable import ApusProxy

/// Scripts of the kinds that people write for Envoy, as they would write them there, on a running proxy.
@Suite("Usual scripts for Envoy run unchanged", .timeLimit(.minutes(1)))
struct UsualScriptsTests {
    /// One request through a script: what the upstream saw and what the client got.
    private func pass(
        _ script: String, request: String = "GET /x HTTP/1.1\r\nhost: shop.test\r\nx-tenant: acme\r\n\r\n",
        answer: String = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        auth: String = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-user: ada\r\n\r\nok", metadata: String = ""
    ) async throws -> (seen: WireMessage?, got: WireMessage) {
        let (seen, see) = AsyncStream.makeStream(of: WireMessage.self)
        let upstream = try await WireUpstream.start { connection, _ in
            while true {
                see.yield(try await connection.readMessage())
                try await connection.send(answer)
            }
        }
        let authority = try await WireUpstream.start { connection, _ in
            while true {
                _ = try await connection.readMessage()
                try await connection.send(auth)
            }
        }
        let proxy = try await WireProxy.start(
            WireProxy.configuration(
                routes: "[{ name: main, match: { prefix: / }, \(metadata) route: { cluster: v1 } }]",
                clusters: [WireProxy.cluster("v1", upstream), WireProxy.cluster("auth", authority)],
                filters: WireProxy.lua(script)))
        let client = try await proxy.connect()
        try await client.send(request)
        let got = try await client.readMessage()
        let errors = await proxy.stat("http.test.lua.errors")
        #expect(errors == 0)
        see.finish()
        var first: WireMessage?
        for await message in seen where first == nil { first = message }
        await client.close()
        await proxy.stop()
        await upstream.stop()
        await authority.stop()
        return (first, got)
    }

    @Test("Headers are read, added, replaced and removed on both ways")
    func headers() async throws {
        let (seen, got) = try await pass(
            """
            function envoy_on_request(request_handle)
              local headers = request_handle:headers()
              headers:add("x-path-copy", headers:get(":path"))
              headers:replace("x-tenant", string.upper(headers:get("x-tenant")))
              headers:remove("user-agent")
              for key, value in pairs(headers) do
                request_handle:logDebug(key .. ": " .. value)
              end
            end
            function envoy_on_response(response_handle)
              response_handle:headers():add("x-upstream-status", response_handle:headers():get(":status"))
            end
            """)
        #expect(seen?.head.contains("x-path-copy: /x\r\n") == true)
        #expect(seen?.head.contains("x-tenant: ACME\r\n") == true)
        #expect(got.head.contains("x-upstream-status: 200\r\n"))
    }

    @Test("The size of an answer's body becomes a header")
    func bodySize() async throws {
        let (_, got) = try await pass(
            """
            function envoy_on_response(response_handle)
              local size = response_handle:body():length()
              response_handle:headers():add("response_body_size", size)
            end
            """)
        #expect(got.head.contains("response_body_size: 5\r\n"))
    }

    @Test("A call decides, and what it answered goes on")
    func call() async throws {
        let script = """
            function envoy_on_request(request_handle)
              local headers, body = request_handle:httpCall("auth", {
                [":method"] = "POST", [":path"] = "/check", [":authority"] = "auth",
                ["x-tenant"] = request_handle:headers():get("x-tenant") }, "who is it?", 60000)
              if headers[":status"] ~= "200" then
                request_handle:respond({[":status"] = "403", ["x-from"] = "auth"}, "no: " .. body)
              end
              request_handle:headers():add("x-user", headers["x-user"])
            end
            """
        #expect(try await pass(script).seen?.head.contains("x-user: ada\r\n") == true)
        let refused = try await pass(script, auth: "HTTP/1.1 401 Unauthorized\r\ncontent-length: 4\r\n\r\nnope")
        #expect(refused.seen == nil)
        #expect(refused.got.startLine.contains(" 403 ") && refused.got.body == "no: nope")
    }

    @Test("A script answers by itself")
    func respond() async throws {
        let (seen, got) = try await pass(
            """
            function envoy_on_request(request_handle)
              if request_handle:headers():get("x-key") == nil then
                request_handle:respond({[":status"] = "401", ["www-authenticate"] = "Key"}, "a key is needed")
              end
            end
            """)
        #expect(seen == nil)
        #expect(got.startLine.contains(" 401 ") && got.body == "a key is needed")
        #expect(got.head.contains("www-authenticate: Key\r\n"))
    }

    @Test("An answer's body is rewritten whole")
    func rewrite() async throws {
        let (_, got) = try await pass(
            """
            function envoy_on_response(response_handle)
              local body = response_handle:body()
              local text = body:getBytes(0, body:length())
              local size = body:setBytes((string.gsub(text, "l", "L")) .. "!")
              response_handle:headers():replace("x-size", size)
            end
            """)
        #expect(got.body == "heLLo!")
        #expect(got.head.contains("content-length: 6\r\n") && got.head.contains("x-size: 6\r\n"))
    }

    @Test("A request's body is rewritten piece by piece")
    func chunks() async throws {
        let (seen, _) = try await pass(
            """
            function envoy_on_request(request_handle)
              for chunk in request_handle:bodyChunks() do
                if chunk:length() > 0 then
                  chunk:setBytes(string.upper(chunk:getBytes(0, chunk:length())))
                end
              end
            end
            """,
            request: "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        #expect(seen?.body == "ABCDE")
    }

    @Test("What is known of the stream is logged and passed on")
    func streamInfo() async throws {
        let (seen, _) = try await pass(
            """
            function envoy_on_request(request_handle)
              local info = request_handle:streamInfo()
              request_handle:logInfo("from " .. info:downstreamDirectRemoteAddress())
              request_handle:headers():add("x-protocol", info:protocol())
              request_handle:headers():add("x-route", info:routeName())
              if request_handle:connection():ssl() == nil then
                request_handle:headers():add("x-tls", "no")
              end
            end
            """)
        #expect(seen?.head.contains("x-protocol: HTTP/1.1\r\n") == true)
        #expect(seen?.head.contains("x-route: main\r\n") == true)
        #expect(seen?.head.contains("x-tls: no\r\n") == true)
    }

    @Test("A route's metadata is read")
    func metadata() async throws {
        let (seen, _) = try await pass(
            """
            function envoy_on_request(request_handle)
              local entry = request_handle:metadata():get("entry")
              request_handle:headers():add("x-tier", entry["tier"])
              request_handle:headers():add("x-limit", tostring(entry.limit + 1))
            end
            """,
            metadata: "metadata: { filter_metadata: { envoy.filters.http.lua: { entry: { tier: gold, limit: 9 } } } },")
        #expect(seen?.head.contains("x-tier: gold\r\n") == true)
        #expect(seen?.head.contains("x-limit: 10\r\n") == true)
    }

    @Test("A value travels from the request to the answer in dynamic metadata")
    func dynamicMetadata() async throws {
        let (_, got) = try await pass(
            """
            function envoy_on_request(request_handle)
              request_handle:streamInfo():dynamicMetadata():set("envoy.filters.http.lua", "request.info", {
                tenant = request_handle:headers():get("x-tenant"),
                at = request_handle:timestampString(EnvoyTimestampResolution.MILLISECOND),
              })
            end
            function envoy_on_response(response_handle)
              local meta = response_handle:streamInfo():dynamicMetadata():get("envoy.filters.http.lua")["request.info"]
              response_handle:headers():add("x-tenant-was", meta.tenant)
              response_handle:headers():add("x-digits", #meta.at)
            end
            """)
        #expect(got.head.contains("x-tenant-was: acme\r\n") && got.head.contains("x-digits: 13\r\n"))
    }

    @Test("A signature is checked with a public key")
    func signature() async throws {
        let (seen, _) = try await pass(
            """
            local function decode(hex)
              return (hex:gsub("..", function(pair) return string.char(tonumber(pair, 16)) end))
            end
            local key = decode("\(Self.key)")
            local signature = decode("\(Self.signature)")
            function envoy_on_request(request_handle)
              local public = request_handle:importPublicKey(key, string.len(key))
              local function check(text)
                local ok, problem = request_handle:verifySignature("sha256", public:get(), signature,
                  string.len(signature), text, string.len(text))
                return ok and "good" or "bad"
              end
              request_handle:headers():add("x-true", check("the signed text"))
              request_handle:headers():add("x-false", check("another text"))
            end
            """)
        #expect(seen?.head.contains("x-true: good\r\n") == true)
        #expect(seen?.head.contains("x-false: bad\r\n") == true)
    }

    // Made for this test with a key that was thrown away.
    private static let key = """
        30820122300d06092a864886f70d01010105000382010f003082010a0282010100d71b9e91353d89d97835d4834a5902\
        b50dd7310339e70e9a1b4197b937e829556176c160e0d615cb251e27f06f61fa45c9ff8b901fd6201c83dcb723d5f77b\
        83e73b3ace4aa3d3390d54497aa30244d115eb2a0bfd6634b21e20ca476a782fb43b84ed3d1462ba1cdde052f60f9e49\
        d820d69450f784037a722250a56353aa5a7daeb2671a2d2ef5fe0d9806c414f79a2f3f95d9dc8dc6045ec21e3a206d80\
        03b70c14638575f835aff9a1075561f32129460b43e23d084f76673d2f812e1e45e14261791b8166477b899f2a232840\
        100e44f69c19f4ddca6f395a566e03e5b62027a59cf380f73d5022f4eac98dc7f216b38a2901511c1508a207cac20328\
        590203010001
        """
    private static let signature = """
        46ef9f9c560738b2f195de03e3a4b433d00d69057623e6f95b45c3db67431450bd1b18d465df36a8765d2ecd52cb2fb0\
        7c6eceeb52a2cd259e4e0b680c56d3038668070fcf988d58b91a80b5eb1f51532d5e6e6c7ca90f9e23c27cbdbb141bc9\
        910ff2629f6efe8e9ea5d1ca53bd4098570989546798be2417bc1f33b77387fda4e5a1de6af9bf7f4a1635469ee69ac6\
        c0ee34dd9605a8c310aaca6f83572339c90f0c46c06a453a807a82fca7d5fa4c6d43c668f7311b60dff18d3b223924d0\
        447c3a2ecb5d5dd5f2a68f65e1d9eb5500208327632dea8f95263afa283c4e8868b2be0b9af4fd48919a891283a02776\
        a84c99224adacd47c698161621022e72
        """
}
