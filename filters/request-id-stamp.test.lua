test("takes the proxy's identity, for request and answer", function(t)
  local request = t:request { headers = { ["x-request-id"] = "0f8c-11" } }
  t:expect(request.headers["x-correlation-id"]):equals("0f8c-11")
  t:expect(request:respond({ status = 200 }).headers["x-correlation-id"]):equals("0f8c-11")
end)

test("keeps a well formed identity of the client", function(t)
  local request = t:request { headers = { ["x-correlation-id"] = "cart-17", ["x-request-id"] = "0f8c-11" } }
  t:expect(request.headers["x-correlation-id"]):equals("cart-17")
end)

test("replaces what is not well formed", function(t)
  for _, identity in ipairs { "", "a b", "a\nb", "<script>", ("a"):rep(129) } do
    local request = t:request { headers = { ["x-correlation-id"] = identity, ["x-request-id"] = "r1" } }
    t:expect(request:values("x-correlation-id")):equals({ "r1" })
  end
  local twice = t:request { headers = { ["x-correlation-id"] = { "a", "b" }, ["x-request-id"] = "r1" } }
  t:expect(twice:values("x-correlation-id")):equals({ "r1" })
end)

test("makes identities of its own, each another", function(t)
  local first = t:request({}).headers["x-correlation-id"]
  local second = t:request({}).headers["x-correlation-id"]
  t:expect(first):matches("^%d+%-%x+%-%d+$")
  t:expect(first):not_equals(second)
end)

test("heeds its settings", function(t)
  local context = { header = "x-trace", trust = false, prefix = "edge-" }
  local request = t:request { headers = { ["x-trace"] = "mine", ["x-request-id"] = "r1" }, context = context }
  t:expect(request.headers["x-trace"]):equals("edge-r1")
  local response = request:respond { status = 200, headers = { ["x-trace"] = "theirs" } }
  t:expect(response:values("x-trace")):equals({ "edge-r1" })
end)
