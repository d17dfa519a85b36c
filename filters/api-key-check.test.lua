--- An authentication service that knows one key; `calls` collects what it was asked.
local function service(t)
  local calls = {}
  t:on_call(function(call)
    calls[#calls + 1] = call
    if call.headers["x-api-key"] == "good" then return { status = 200, headers = { ["x-consumer"] = "ann" } } end
    return { status = 403, body = "no" }
  end)
  return calls
end

test("lets a good key pass, with the identity that belongs to it and without the key", function(t)
  local calls = service(t)
  local request = t:request { method = "PUT", path = "/a?b=c", headers = { ["x-api-key"] = "good" } }
  t:expect(request.response):is_nil()
  t:expect(request.headers["x-consumer"]):equals("ann")
  t:expect(request.headers["x-api-key"]):is_nil()
  t:expect(#calls):equals(1)
  t:expect(calls[1].cluster):equals("auth")
  t:expect(calls[1].timeout):equals(500)
  t:expect(calls[1].headers[":method"]):equals("GET")
  t:expect(calls[1].headers[":path"]):equals("/check")
  t:expect(calls[1].headers["x-original-method"]):equals("PUT")
  t:expect(calls[1].headers["x-original-path"]):equals("/a?b=c")
end)

test("answers 403 to a refused key", function(t)
  service(t)
  local request = t:request { headers = { ["x-api-key"] = "bad" } }
  t:expect(request.response.status):equals(403)
end)

test("answers 401 without a key, and asks nobody", function(t)
  local calls = service(t)
  t:expect(t:request({}).response.status):equals(401)
  t:expect(t:request({ headers = { ["x-api-key"] = "" } }).response.status):equals(401)
  t:expect(#calls):equals(0)
end)

test("does not believe an identity that the client sent", function(t)
  t:on_call(function() return { status = 204 } end)
  local request = t:request { headers = { ["x-api-key"] = "k", ["x-consumer"] = "root" } }
  t:expect(request.response):is_nil()
  t:expect(request.headers["x-consumer"]):is_nil()
end)

test("answers 503 while the service is down, and says so in the log", function(t)
  t:on_call(function() return { status = 503, body = "upstream failure" } end)
  local request = t:request { headers = { ["x-api-key"] = "good" } }
  t:expect(request.response.status):equals(503)
  t:expect(t.logs[1].level):equals("warn")
  t:expect(t.logs[1].text):contains("503: upstream failure")
end)

test("lets requests pass while the service is down if it is told to, without identity or key", function(t)
  t:on_call(function() return { status = 500 } end)
  local headers = { ["x-api-key"] = "good", ["x-consumer"] = "root" }
  local request = t:request { headers = headers, context = { fail_open = true } }
  t:expect(request.response):is_nil()
  t:expect(request.headers["x-consumer"]):is_nil()
  t:expect(request.headers["x-api-key"]):is_nil()
end)

test("refuses when its settings do not allow a call", function(t)
  local request = t:request { headers = { ["x-api-key"] = "good" }, context = { timeout_ms = -1 } }
  t:expect(request.response.status):equals(503)
end)

test("heeds its settings", function(t)
  local seen
  t:on_call(function(call)
    seen = call
    return { status = 200, headers = { ["x-owner"] = "bo" } }
  end)
  local context = {
    cluster = "keys", path = "/v1/keys", authority = "keys.example.com", header = "x-token", identity = "x-owner",
    timeout_ms = 20,
  }
  local request = t:request { headers = { ["x-token"] = "t" }, context = context }
  t:expect(request.headers["x-owner"]):equals("bo")
  t:expect(seen.cluster):equals("keys")
  t:expect(seen.headers[":path"]):equals("/v1/keys")
  t:expect(seen.headers[":authority"]):equals("keys.example.com")
  t:expect(seen.headers["x-token"]):equals("t")
  t:expect(seen.timeout):equals(20)
end)
