local function status(t, agent, context)
  local response = t:request({ headers = { ["user-agent"] = agent }, context = context }).response
  return response and response.status
end

test("refuses scanners and crawlers", function(t)
  for _, agent in ipairs { "sqlmap/1.7", "Mozilla/5.0 (compatible; AhrefsBot/7.0)", "python-requests/2.31" } do
    t:expect(status(t, agent)):equals(403)
  end
end)

test("lets browsers and tools pass", function(t)
  for _, agent in ipairs { "Mozilla/5.0 (X11; Linux x86_64) Firefox/121.0", "curl/8.5.0", "pythonXrequests" } do
    t:expect(status(t, agent)):is_nil()
  end
end)

test("lets requests without an agent pass, unless it is told not to", function(t)
  t:expect(status(t, nil)):is_nil()
  t:expect(status(t, "")):is_nil()
  t:expect(status(t, nil, { block_empty = true })):equals(403)
  t:expect(status(t, "", { block_empty = true })):equals(403)
  t:expect(status(t, "curl/8.5.0", { block_empty = true })):is_nil()
end)

test("heeds its lists", function(t)
  local context = { block = { "bot", "^curl/" }, allow = { "googlebot", "^curl/8%." } }
  t:expect(status(t, "SomeBot/1", context)):equals(403)
  t:expect(status(t, "Googlebot/2.1", context)):is_nil()
  t:expect(status(t, "curl/7.88", context)):equals(403)
  t:expect(status(t, "curl/8.5.0", context)):is_nil()
  t:expect(status(t, "libcurl/7", context)):is_nil()
  t:expect(status(t, "sqlmap", context)):is_nil()
end)

test("answers with its own text", function(t)
  local request = t:request { headers = { ["user-agent"] = "nikto" }, context = { body = "go away" } }
  t:expect(request.response.body):equals("go away\n")
  t:expect(request.response.headers["content-type"]):equals("text/plain")
end)

test("looks at the front of a long agent only", function(t)
  t:expect(status(t, "nikto" .. ("x"):rep(60000))):equals(403)
  t:expect(status(t, ("x"):rep(60000) .. "nikto")):is_nil()
end)
