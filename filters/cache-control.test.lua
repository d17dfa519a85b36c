local function answer(t, status, headers, context)
  return t:request({ context = context }):respond { status = status, headers = headers, body = "x" }.headers
end

test("fits the content type", function(t)
  t:expect(answer(t, 200, { ["content-type"] = "text/html; charset=utf-8" })["cache-control"]):equals("no-cache")
  t:expect(answer(t, 200, { ["content-type"] = "image/png" })["cache-control"]):equals("public, max-age=86400")
  t:expect(answer(t, 200, { ["content-type"] = "Application/JSON" })["cache-control"]):equals("no-store")
end)

test("leaves alone what no rule fits", function(t)
  t:expect(answer(t, 200, { ["content-type"] = "video/mp4" })["cache-control"]):is_nil()
  t:expect(answer(t, 200, {})["cache-control"]):is_nil()
end)

test("heeds what the upstream said, unless it is told not to", function(t)
  local headers = {
    ["content-type"] = "image/png", ["cache-control"] = { "max-age=5", "private" }, expires = "0", pragma = "x",
  }
  t:expect(answer(t, 200, headers)["cache-control"]):equals("max-age=5")
  t:expect(answer(t, 200, headers).expires):equals("0")
  local response = t:request({ context = { override = true } }):respond { status = 200, headers = headers }
  t:expect(response:values("cache-control")):equals({ "public, max-age=86400" })
  t:expect(response.headers.expires):is_nil()
  t:expect(response.headers.pragma):is_nil()
end)

test("keeps errors out of caches, whatever the upstream said", function(t)
  for _, status in ipairs { 400, 404, 500, 503 } do
    local headers = { ["content-type"] = "image/png", ["cache-control"] = "public, max-age=9" }
    t:expect(answer(t, status, headers)["cache-control"]):equals("no-store")
  end
  t:expect(answer(t, 404, {}, { errors = "max-age=10" })["cache-control"]):equals("max-age=10")
  t:expect(answer(t, 404, { ["content-type"] = "text/html" }, { errors = "" })["cache-control"]):is_nil()
end)

test("never makes an answer public that sets cookies", function(t)
  local headers = { ["content-type"] = "text/css", ["set-cookie"] = "a=b" }
  t:expect(answer(t, 200, headers)["cache-control"]):equals("private, max-age=86400")
end)

test("takes the first of its rules that fits", function(t)
  local context = { rules = { { type = "image/svg", value = "no-cache" }, { type = "image/", value = "max-age=1" } } }
  t:expect(answer(t, 200, { ["content-type"] = "image/svg+xml" }, context)["cache-control"]):equals("no-cache")
  t:expect(answer(t, 200, { ["content-type"] = "image/png" }, context)["cache-control"]):equals("max-age=1")
  t:expect(answer(t, 200, { ["content-type"] = "text/html" }, context)["cache-control"]):is_nil()
end)
