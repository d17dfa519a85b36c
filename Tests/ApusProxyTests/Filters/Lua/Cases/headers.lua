right("Headers:add", "puts a field behind those of its name", "1,2", function(h)
  h:headers():add("X-New", "1")
  h:headers():add("x-new", 2)
  return h:headers():get("x-new")
end, { shows = { "x-new: 1\r\nx-new: 2\r\n" } })
right("Headers:add", "joins what can be there only once", "/request/2,/x", function(h)
  h:headers():add(":path", "/x")
  return h:headers():get(":path")
end)
wrong("Headers:add", "a table", "error: bad argument #2 to 'add' (string expected, got table)", function(h)
  h:headers():add("x-new", {})
end)
wrong("Headers:add", "no value", "error: bad argument #2 to 'add' (string expected, got no value)", function(h)
  h:headers():add("x-new")
end)
wrong("Headers:add", "a name of another type", "error: bad argument #1 to 'add' (string expected, got boolean)", function(h)
  h:headers():add(true, "1")
end)
wrong("Headers:add", "while iterating", "error: header map cannot be modified while iterating", function(h)
  for _ in pairs(h:headers()) do h:headers():add("x-new", "1") end
end)
wrong("Headers:add", "with a dot", "error: not called on its object", function(h)
  h:headers().add("x-new", "1")
end)

right("Headers:get", "joins all values of a name", "a,b", function(h)
  h:headers():add("x-list", "a")
  h:headers():add("x-list", "b")
  return h:headers():get("X-List")
end)
right("Headers:get", "reads what is no field", "GET, /request/9, test, http", function(h)
  local headers = h:headers()
  return headers:get(":method"), headers:get(":path"), headers:get(":authority"), headers:get(":scheme")
end)
right("Headers:get", "knows host by its other name", "test", function(h) return h:headers():get("host") end)
right("Headers:get", "gives nothing at all where there is none", "no value", function(h)
  return h:headers():get("x-absent")
end)
wrong("Headers:get", "no name", "error: bad argument #1 to 'get' (string expected, got no value)", function(h)
  local x = h:headers():get()
end)
wrong("Headers:get", "a name that cannot be", "no value", function(h) return h:headers():get("a b") end)
wrong("Headers:get", "an empty name", "no value", function(h) return h:headers():get("") end)
wrong("Headers:get", "after a wait", "error: object used outside of proper scope", function(h)
  local headers = h:headers()
  h:body()
  return headers:get("x-a")
end, { body = "b" })

right("Headers:getAtIndex", "gives one value of several", "a, b", function(h)
  local headers = h:headers()
  headers:add("x-list", "a")
  headers:add("x-list", "b")
  return headers:getAtIndex("x-list", 0), headers:getAtIndex("x-list", 1)
end)
wrong("Headers:getAtIndex", "an index beyond the last", "no value", function(h) return h:headers():getAtIndex("x-a", 1) end)
wrong("Headers:getAtIndex", "an index below the first", "no value", function(h) return h:headers():getAtIndex("x-a", -1) end)
wrong("Headers:getAtIndex", "no index", "error: bad argument #2 to 'getAtIndex' (number expected, got no value)", function(h)
  local x = h:headers():getAtIndex("x-a")
end)
wrong("Headers:getAtIndex", "an empty value", "", function(h)
  h:headers():add("x-empty", "")
  return h:headers():getAtIndex("x-empty", 0)
end)

right("Headers:getNumValues", "counts", "2, 0", function(h)
  h:headers():add("x-a", "two")
  return h:headers():getNumValues("x-a"), h:headers():getNumValues("x-absent")
end)
wrong("Headers:getNumValues", "a nil", "error: bad argument #1 to 'getNumValues' (string expected, got nil)", function(h)
  local x = h:headers():getNumValues(nil)
end)

right("Headers:replace", "leaves one value", "new", function(h)
  h:headers():add("x-a", "two")
  h:headers():replace("x-a", "new")
  return h:headers():get("x-a")
end, { shows = { "x-a: new\r\n" }, hides = { "x-a: one" } })
right("Headers:replace", "adds what was not there", "no value", function(h) h:headers():replace("x-new", "1") end,
  { shows = { "x-new: 1\r\n" } })
right("Headers:replace", "changes the path", "no value", function(h) h:headers():replace(":path", "/other?a=b") end,
  { shows = { "GET /other?a=b HTTP/1.1\r\n", "x-route: other\r\n" } })
right("Headers:replace", "changes the host", "no value", function(h) h:headers():replace("host", "new") end,
  { shows = { "host: new\r\n" } })
right("Headers:replace", "changes an answer's status", "no value", function(h) h:headers():replace(":status", "418") end,
  { on = "response", shows = { "HTTP/1.1 418 Unknown\r\n" } })
wrong("Headers:replace", "a nil", "error: bad argument #2 to 'replace' (string expected, got nil)", function(h)
  h:headers():replace("x-a", nil)
end)
wrong("Headers:replace", "a head that has gone on", "error: header map can no longer be modified", function(h)
  for _ in h:bodyChunks() do end
  h:headers():replace("x-a", "late")
end, { body = "b" })

right("Headers:remove", "takes all values away", "no value", function(h)
  h:headers():add("x-a", "two")
  h:headers():remove("X-A")
  return h:headers():get("x-a")
end, { hides = { "x-a:" } })
wrong("Headers:remove", "no name", "error: bad argument #1 to 'remove' (string expected, got no value)", function(h)
  h:headers():remove()
end)
wrong("Headers:remove", "a name that is not there", "no value", function(h) h:headers():remove("x-absent") end)
wrong("Headers:remove", "while iterating", "error: header map cannot be modified while iterating", function(h)
  for name in pairs(h:headers()) do h:headers():remove(name) end
end)

right("Headers:setHttp1ReasonPhrase", "changes the first line", "no value", function(h)
  h:headers():setHttp1ReasonPhrase("Slow Down")
end, { on = "response", shows = { "HTTP/1.1 200 Slow Down\r\n" } })
wrong("Headers:setHttp1ReasonPhrase", "no phrase",
  "error: bad argument #1 to 'setHttp1ReasonPhrase' (string expected, got no value)", function(h)
    h:headers():setHttp1ReasonPhrase()
  end, { on = "response" })
wrong("Headers:setHttp1ReasonPhrase", "on a request", "no value", function(h) h:headers():setHttp1ReasonPhrase("x") end)

right("Headers:__pairs", "walks over all fields", "one", function(h)
  local found
  for name, value in pairs(h:headers()) do
    if name == "x-a" then found = value end
  end
  return found
end)
right("Headers:__pairs", "begins with what is no field", ":authority :path :method :scheme", function(h)
  local names = {}
  for name in pairs(h:headers()) do
    if name:sub(1, 1) == ":" then names[#names + 1] = name end
  end
  return table.concat(names, " ")
end)
wrong("Headers:__pairs", "twice at once", "error: cannot create a second iterator before completing the first",
  function(h)
    for _ in pairs(h:headers()) do
      for _ in pairs(h:headers()) do end
    end
  end)
wrong("Headers:__pairs", "left in the middle", "error: cannot create a second iterator before completing the first",
  function(h)
    for _ in pairs(h:headers()) do break end
    for _ in pairs(h:headers()) do end
  end)
right("Headers:__pairs()", "allows changes once it is done", "no value", function(h)
  for _ in pairs(h:headers()) do end
  h:headers():add("x-new", "1")
end, { shows = { "x-new: 1\r\n" } })
wrong("Headers:__pairs()", "a step after a wait", "error: object used outside of proper scope", function(h)
  local step = pairs(h:headers())
  step()
  h:body()
  step()
end, { body = "b" })
wrong("Headers:__pairs()", "a step after the last", "error: object used outside of proper scope", function(h)
  local step = pairs(h:headers())
  while step() do end
  step()
end)
wrong("Headers:index", "a value by its name", "nil", function(h) return h:headers()["x-a"] end)
