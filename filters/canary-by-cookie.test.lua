test("marks a request with the cookie, and has its route found again", function(t)
  local request = t:request { headers = { cookie = "a=b; canary=yes; c=d" } }
  t:expect(request.headers["x-canary"]):equals("yes")
  t:expect(request.route_cache_cleared):is_true()
end)

test("leaves others alone", function(t)
  for _, cookie in ipairs { "a=b", "canary=no", "canary", "xcanary=yes", "canary=yes!", "", ";;=;", "=yes" } do
    t:expect(t:request({ headers = { cookie = cookie } }).headers["x-canary"]):is_nil()
  end
  t:expect(t:request({}).headers["x-canary"]):is_nil()
end)

test("removes a mark that the client made", function(t)
  local request = t:request { headers = { ["x-canary"] = "yes", cookie = "a=b" } }
  t:expect(request.headers["x-canary"]):is_nil()
  t:expect(request.route_cache_cleared):is_true()
end)

test("finds the cookie in any of several headers, quoted or not", function(t)
  t:expect(t:request({ headers = { cookie = { "a=b", "canary=yes" } } }).headers["x-canary"]):equals("yes")
  t:expect(t:request({ headers = { cookie = 'canary="yes"' } }).headers["x-canary"]):equals("yes")
end)

test("takes the first of cookies with the same name", function(t)
  t:expect(t:request({ headers = { cookie = "canary=no; canary=yes" } }).headers["x-canary"]):is_nil()
end)

test("heeds its settings", function(t)
  local context = { cookie = "release", value = "next", header = "x-release" }
  local request = t:request { headers = { cookie = "release=next; canary=yes" }, context = context }
  t:expect(request.headers["x-release"]):equals("yes")
  t:expect(request.headers["x-canary"]):is_nil()
end)

test("is not slowed down by a cookie of spaces", function(t)
  local request = t:request { headers = { cookie = (" "):rep(60000) .. ";" .. ("a"):rep(60000) } }
  t:expect(request.headers["x-canary"]):is_nil()
end)
