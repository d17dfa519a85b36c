local function bucket(t, user, context)
  return t:request({ headers = { ["x-user-id"] = user }, context = context }).headers["x-ab-bucket"]
end

test("gives a user the same bucket every time", function(t)
  local first = bucket(t, "ann")
  t:expect(first):matches("^[ab]$")
  for _ = 1, 5 do t:expect(bucket(t, "ann")):equals(first) end
end)

test("gives the same bucket on every machine and every version of Lua", function(t)
  t:expect(bucket(t, "ann")):equals("a")
  t:expect(bucket(t, "bo")):equals("b")
  t:expect(bucket(t, "\195\169mile")):equals("a")
  t:expect(bucket(t, ("x"):rep(1000))):equals("b")
end)

test("shares users out by weight", function(t)
  local buckets = { { name = "old", weight = 90 }, { name = "new", weight = 10 } }
  local count = 0
  for user = 1, 5000 do
    if bucket(t, "user-" .. user, { buckets = buckets }) == "new" then count = count + 1 end
  end
  t:expect(count > 425 and count < 575):is_true()
end)

test("shares users out anew for another experiment", function(t)
  local same = 0
  for user = 1, 1000 do
    local one = bucket(t, "u" .. user, { experiment = "one" })
    if one == bucket(t, "u" .. user, { experiment = "two" }) then same = same + 1 end
  end
  t:expect(same > 400 and same < 600):is_true()
end)

test("gives no bucket without a user, and takes the client's own away", function(t)
  for _, headers in ipairs { { ["x-ab-bucket"] = "b" }, { ["x-ab-bucket"] = "b", ["x-user-id"] = "" } } do
    local request = t:request { headers = headers }
    t:expect(request.headers["x-ab-bucket"]):is_nil()
    t:expect(request.route_cache_cleared):is_true()
  end
end)

test("heeds its settings", function(t)
  local buckets = { { name = "off", weight = 0 }, { name = "on", weight = 1 } }
  local context = { source = "x-session", header = "x-arm", buckets = buckets }
  local request = t:request { headers = { ["x-session"] = "s", ["x-arm"] = "off" }, context = context }
  t:expect(request:values("x-arm")):equals({ "on" })
end)

test("gives no bucket when no bucket has a weight", function(t)
  t:expect(bucket(t, "ann", { buckets = {} })):is_nil()
  t:expect(bucket(t, "ann", { buckets = { { name = "off", weight = 0 } } })):is_nil()
end)
