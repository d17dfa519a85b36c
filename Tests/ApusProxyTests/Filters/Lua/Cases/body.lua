right("Handle:body", "gives the whole of it", "5", function(h) return h:body():length() end, { body = "12345" })
right("Handle:body", "gives the whole of an answer's", "5", function(h) return h:body():length() end, { on = "response" })
right("Handle:body", "gives nothing where there is none", "no value", function(h) return h:body() end)
right("Handle:body", "gives an empty one if asked to", "0", function(h) return h:body(true):length() end)
right("Handle:body", "twice", "5, 5", function(h) return h:body():length(), h:body():length() end, { body = "12345" })
right("Handle:body", "of pieces", "6", function(h) return h:body():length() end, { chunks = { "ab", "cdef" } })
wrong("Handle:body", "a flag that is none", "error: bad argument #1 to 'body' (boolean expected, got string)", function(h) h:body("yes") end, { body = "b" })
wrong("Handle:body", "a nil for a flag", "error: bad argument #1 to 'body' (boolean expected, got nil)", function(h) h:body(nil) end, { body = "b" })
wrong("Handle:body", "behind its pieces", "error: cannot call body() after body has been streamed", function(h)
  for _ in h:bodyChunks() do end
  local x = h:body()
end, { body = "b" })
wrong("Handle:body", "within its pieces", "error: cannot call body() after body streaming has started", function(h)
  for _ in h:bodyChunks() do local x = h:body() end
end, { chunks = { "ab", "cd" } })
right("Handle:body", "across a protected call", "true, 1", function(h)
  return pcall(function() return h:body():length() end)
end, { body = "b" })

right("Handle:bodyChunks", "gives each piece", "2, 3, ab, cde", function(h)
  local sizes, texts = {}, {}
  for piece in h:bodyChunks() do
    sizes[#sizes + 1] = piece:length()
    texts[#texts + 1] = piece:getBytes(0, piece:length())
  end
  return sizes[1], sizes[2], texts[1], texts[2]
end, { chunks = { "ab", "cde" } })
right("Handle:bodyChunks", "has an empty one at the end", "3", function(h)
  local count = 0
  for _ in h:bodyChunks() do count = count + 1 end
  return count
end, { chunks = { "ab", "cde" } })
right("Handle:bodyChunks", "has none without a body", "0", function(h)
  local count = 0
  for _ in h:bodyChunks() do count = count + 1 end
  return count
end)
right("Handle:bodyChunks", "lets pieces be changed", "no value", function(h)
  for piece in h:bodyChunks() do
    if piece:length() > 0 then piece:setBytes(string.upper(piece:getBytes(0, piece:length()))) end
  end
end, { chunks = { "ab", "cde" }, shows = { "ABCDE" } })
right("Handle:bodyChunks", "of an answer", "5", function(h)
  local total = 0
  for piece in h:bodyChunks() do total = total + piece:length() end
  return total
end, { on = "response" })
wrong("Handle:bodyChunks", "behind the whole body", "error: cannot call bodyChunks after body processing has begun", function(h)
  h:body()
  local x = h:bodyChunks()
end, { body = "b" })
wrong("Handle:bodyChunks", "called with a dot", "error: not called on its object", function(h) local x = h.bodyChunks() end)
wrong("Handle:bodyChunks", "twice", "error: cannot call bodyChunks after body processing has begun", function(h)
  for _ in h:bodyChunks() do end
  for _ in h:bodyChunks() do end
end, { body = "b" })
right("Handle:bodyChunks()", "a step by hand", "b", function(h)
  local step = h:bodyChunks()
  local piece = step()
  return piece:getBytes(0, piece:length())
end, { body = "b" })
wrong("Handle:bodyChunks()", "a step behind the last", "nil", function(h)
  local step = h:bodyChunks()
  while step() do end
  return (step())
end, { body = "b" })
wrong("Handle:bodyChunks()", "a piece after the next step", "error: object used outside of proper scope", function(h)
  local step = h:bodyChunks()
  local first = step()
  step()
  return first:length()
end, { chunks = { "ab", "cd" } })

right("Handle:trailers", "gives them", "here", function(h) return h:trailers():get("x-trailer") end,
  { chunks = { "ab" }, trailers = "x-trailer: here\r\n" })
right("Handle:trailers", "lets them be changed", "no value", function(h)
  h:trailers():replace("x-trailer", "new")
  h:trailers():add("x-more", "1")
end, { chunks = { "ab" }, trailers = "x-trailer: here\r\n", shows = { "x-trailer: new\r\n", "x-more: 1\r\n" } })
right("Handle:trailers", "gives nothing where there are none", "no value", function(h) return h:trailers() end, { body = "b" })
right("Handle:trailers", "gives nothing without a body", "no value", function(h) return h:trailers() end)
right("Handle:trailers", "behind the body", "1, here", function(h)
  local size = h:body():length()
  return size, h:trailers():get("x-trailer")
end, { chunks = { "a" }, trailers = "x-trailer: here\r\n" })
right("Handle:trailers", "behind the pieces", "here", function(h)
  for _ in h:bodyChunks() do end
  return h:trailers():get("x-trailer")
end, { chunks = { "a" }, trailers = "x-trailer: here\r\n" })
wrong("Handle:trailers", "called with a dot", "error: not called on its object", function(h) local x = h.trailers() end)
wrong("Handle:trailers", "head changed after them", "error: header map can no longer be modified", function(h)
  h:trailers()
  h:headers():add("x-late", "1")
end, { body = "b" })
wrong("Handle:trailers", "body after them", "error: cannot call body() after body has been streamed", function(h)
  h:trailers()
  local x = h:body()
end, { body = "b" })
wrong("Handle:trailers", "pieces after them", "error: cannot call bodyChunks after body processing has begun", function(h)
  h:trailers()
  local x = h:bodyChunks()
end, { body = "b" })

right("Buffer:length", "counts bytes", "5", function(h) return h:body():length() end, { body = "12345" })
wrong("Buffer:length", "called with a dot", "error: not called on its object", function(h) local x = h:body().length() end, { body = "b" })
wrong("Buffer:length", "after a wait", "error: object used outside of proper scope", function(h)
  local body = h:body()
  h:httpCall("calls", { [":method"] = "GET", [":path"] = "/", [":authority"] = "x" }, nil, 1000)
  return body:length()
end, { body = "b" })
right("Buffer:getBytes", "gives a part", "234", function(h) return h:body():getBytes(1, 3) end, { body = "12345" })
right("Buffer:getBytes", "gives nothing of nothing", "", function(h) return h:body():getBytes(5, 0) end, { body = "12345" })
wrong("Buffer:getBytes", "beyond the end", "error: index/length must be >= 0 and (index + length) must be <= buffer size", function(h) local x = h:body():getBytes(1, 5) end, { body = "12345" })
wrong("Buffer:getBytes", "before the start", "error: index/length must be >= 0 and (index + length) must be <= buffer size", function(h) local x = h:body():getBytes(-1, 1) end, { body = "12345" })
wrong("Buffer:getBytes", "a length below nothing", "error: index/length must be >= 0 and (index + length) must be <= buffer size", function(h) local x = h:body():getBytes(0, -1) end, { body = "12345" })
wrong("Buffer:getBytes", "no length", "error: bad argument #2 to 'getBytes' (number expected, got no value)", function(h) local x = h:body():getBytes(0) end, { body = "12345" })
wrong("Buffer:getBytes", "no index", "error: bad argument #1 to 'getBytes' (number expected, got no value)", function(h) local x = h:body():getBytes() end, { body = "12345" })
wrong("Buffer:getBytes", "a text", "error: bad argument #1 to 'getBytes' (number expected, got string)", function(h) local x = h:body():getBytes("a", 1) end, { body = "12345" })
right("Buffer:getBytes", "a number as text", "2", function(h) return h:body():getBytes("1", "1") end, { body = "12345" })
right("Buffer:getBytes", "a fraction", "2", function(h) return h:body():getBytes(1.5, 1) end, { body = "12345" })
right("Buffer:setBytes", "puts others in their place", "3", function(h) return h:body():setBytes("new") end,
  { body = "12345", shows = { "content-length: 3\r\n", "\r\n\r\nnew" } })
right("Buffer:setBytes", "of an answer", "8", function(h) return h:body():setBytes("new body") end,
  { on = "response", shows = { "content-length: 8\r\n", "\r\n\r\nnew body" } })
right("Buffer:setBytes", "shows afterwards", "new", function(h)
  local body = h:body()
  body:setBytes("new")
  return body:getBytes(0, body:length())
end, { body = "12345" })
right("Buffer:setBytes", "a body where there was none", "3", function(h) return h:body(true):setBytes("new") end,
  { on = "response", answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", shows = { "content-length: 3\r\n", "\r\n\r\nnew" } })
right("Buffer:setBytes", "a request's body where there was none", "3", function(h) return h:body(true):setBytes("new") end,
  { shows = { "content-length: 3\r\n", "\r\n\r\nnew" } })
right("Buffer:setBytes", "a number", "2", function(h) return h:body():setBytes(12) end, { body = "12345", shows = { "\r\n\r\n12" } })
right("Buffer:setBytes", "nothing", "0", function(h) return h:body():setBytes("") end, { body = "12345", shows = { "content-length: 0\r\n" } })
wrong("Buffer:setBytes", "a nil", "error: bad argument #1 to 'setBytes' (string expected, got nil)", function(h) h:body():setBytes(nil) end, { body = "12345" })
wrong("Buffer:setBytes", "a table", "error: bad argument #1 to 'setBytes' (string expected, got table)", function(h) h:body():setBytes({}) end, { body = "12345" })
