local SETTINGS = { domain = "Example.com", tenants = { ["shop.example.org"] = "acme", ["www.example.com"] = "public" } }

local function tenant(t, host, context)
  local request = t:request { authority = host, context = context or SETTINGS }
  return request.headers["x-tenant"], request
end

test("takes the label before the domain", function(t)
  local name, request = tenant(t, "acme.example.com")
  t:expect(name):equals("acme")
  t:expect(request.route_cache_cleared):is_true()
end)

test("looks the host up first", function(t)
  t:expect((tenant(t, "shop.example.org"))):equals("acme")
  t:expect((tenant(t, "www.example.com"))):equals("public")
end)

test("heeds neither port, nor case, nor a final dot", function(t)
  t:expect((tenant(t, "ACME.Example.COM:8443"))):equals("acme")
  t:expect((tenant(t, "acme.example.com."))):equals("acme")
  t:expect((tenant(t, "shop.example.org.:80"))):equals("acme")
end)

test("answers 404 to hosts that belong to nobody", function(t)
  for _, host in ipairs {
    "example.com", ".example.com", "a.b.example.com", "acme.example.org", "acmeexample.com", "a_b.example.com",
    "[::1]:80",
  } do
    local name, request = tenant(t, host)
    t:expect(name):is_nil()
    t:expect(request.response.status):equals(404)
  end
end)

test("gives all others the default, whatever the client says", function(t)
  local headers = { ["x-tenant"] = { "acme", "b" } }
  local request = t:request { authority = "elsewhere", headers = headers, context = { default = "public" } }
  t:expect(request:values("x-tenant")):equals({ "public" })
end)

test("reads the tenant from another header", function(t)
  local context = { source = "x-account", tenants = { ["a:80"] = "acme" }, header = "x-org" }
  t:expect(t:request({ headers = { ["x-account"] = "A:80" }, context = context }).headers["x-org"]):equals("acme")
  t:expect(t:request({ context = context }).response.status):equals(404)
end)

test("without settings knows no tenant", function(t)
  t:expect(t:request({ authority = "acme.example.com" }).response.status):equals(404)
end)
