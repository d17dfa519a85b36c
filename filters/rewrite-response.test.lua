local RULES = {
  { from = "http://intern.example.com", to = "https://www.example.com" },
  { from = "100%", to = "all%1" },
}

local function answer(t, given, context)
  given.headers = given.headers or { ["content-type"] = "text/html" }
  return t:request({ context = context or { replace = RULES } }):respond(given)
end

test("replaces texts wherever they stand, and counts the body again", function(t)
  local response = answer(t, {
    headers = { ["content-type"] = "text/html", ["content-length"] = "60", etag = '"a"', digest = "x" },
    body = '<a href="http://intern.example.com/">http://intern.example.com',
  })
  t:expect(response.body):equals('<a href="https://www.example.com/">https://www.example.com')
  t:expect(response.headers["content-length"]):equals(tostring(#response.body))
  t:expect(response.headers.etag):is_nil()
  t:expect(response.headers.digest):is_nil()
end)

test("takes texts plainly, with nothing special in them", function(t)
  t:expect(answer(t, { body = "100% sure" }).body):equals("all%1 sure")
  t:expect(answer(t, { body = "http://internXexample.com" }).body):equals("http://internXexample.com")
  local dots = { replace = { { from = "a.b*[c]^$", to = "%0" }, { from = "", to = "x" }, { to = "y" } } }
  t:expect(answer(t, { body = "a.b*[c]^$ aab" }, dots).body):equals("%0 aab")
end)

test("finds texts that chunks split", function(t)
  t:expect(answer(t, { body = { "see http://intern.", "example.com/x" } }).body):equals("see https://www.example.com/x")
end)

test("leaves an answer alone in which there is nothing to replace", function(t)
  local headers = { ["content-type"] = "text/html", ["content-length"] = "5", etag = '"a"' }
  local response = answer(t, { headers = headers, body = "hello" })
  t:expect(response.body):equals("hello")
  t:expect(response.headers.etag):equals('"a"')
end)

test("leaves images, compressed and partial answers alone", function(t)
  local body = "http://intern.example.com"
  t:expect(answer(t, { headers = { ["content-type"] = "image/png" }, body = body }).body):equals(body)
  t:expect(answer(t, { headers = {}, body = body }).body):equals(body)
  local compressed = { ["content-type"] = "text/html", ["content-encoding"] = "gzip" }
  t:expect(answer(t, { headers = compressed, body = body }).body):equals(body)
  t:expect(answer(t, { status = 206, body = body }).body):equals(body)
end)

test("rewrites where a redirect leads, body or not", function(t)
  local response = answer(t, { status = 302, headers = { location = "http://intern.example.com/in" } })
  t:expect(response.headers.location):equals("https://www.example.com/in")
  t:expect(response.body):is_nil()
end)

test("does nothing without settings", function(t)
  t:expect(answer(t, { body = "100%" }, {}).body):equals("100%")
end)

test("removes a text without `to`", function(t)
  t:expect(answer(t, { body = "a secret b" }, { replace = { { from = "secret " } } }).body):equals("a b")
end)
