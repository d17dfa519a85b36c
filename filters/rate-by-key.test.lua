local function ask(t, key, context)
  context = context or { limit = 2, window_seconds = 10 }
  return t:request({ headers = { ["x-api-key"] = key }, context = context }).response
end

test("lets as many pass as the limit says, and answers 429 to the next", function(t)
  t:expect(ask(t, "a")):is_nil()
  t:expect(ask(t, "a")):is_nil()
  local response = ask(t, "a")
  t:expect(response.status):equals(429)
  t:expect(response.headers["retry-after"]):equals("10")
  t:expect(response.headers["x-ratelimit-limit"]):equals("2")
  t:expect(response.headers["x-ratelimit-remaining"]):equals("0")
end)

test("counts keys apart", function(t)
  for _ = 1, 3 do ask(t, "a") end
  t:expect(ask(t, "b")):is_nil()
  t:expect(ask(t, nil)):is_nil()
end)

test("starts anew with each window", function(t)
  for _ = 1, 3 do ask(t, "a") end
  t:advance(9000)
  t:expect(ask(t, "a").headers["retry-after"]):equals("1")
  t:advance(1000)
  t:expect(ask(t, "a")):is_nil()
end)

test("has windows that begin by the clock, not with the first request", function(t)
  t:advance(9000)
  for _ = 1, 2 do t:expect(ask(t, "a")):is_nil() end
  t:expect(ask(t, "a").status):equals(429)
  t:advance(1000)
  t:expect(ask(t, "a")):is_nil()
end)

test("counts clients without a key by their address", function(t)
  ask(t, nil)
  ask(t, "")
  t:expect(ask(t, nil).status):equals(429)
end)

test("does not confuse a key with an address", function(t)
  for _ = 1, 3 do ask(t, "127.0.0.1") end
  t:expect(ask(t, nil)):is_nil()
end)

test("allows 100 a minute by default", function(t)
  for _ = 1, 100 do t:expect(ask(t, "a", {})):is_nil() end
  t:expect(ask(t, "a", {}).status):equals(429)
  t:advance(60000)
  t:expect(ask(t, "a", {})):is_nil()
end)

test("heeds which header has the key", function(t)
  local context = { header = "x-user", limit = 1, window_seconds = 10 }
  local function user(name) return t:request({ headers = { ["x-user"] = name }, context = context }).response end
  t:expect(user("ann")):is_nil()
  t:expect(user("bo")):is_nil()
  t:expect(user("ann").status):equals(429)
end)
