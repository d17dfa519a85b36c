right("print", "takes anything", "no value", function() print("a", 1, nil, {}) end)
wrong("print", "nothing", "no value", function() print() end)
right("require", "gives the bit module", "true", function() return require("bit") == bit end)
wrong("require", "a module of LuaJIT's", "table", function() return type(require("ffi")) end,
  { apus = "error: module 'ffi' belongs to LuaJIT and is not in Lua 5.4; use plain Lua instead" })

right("bit", "operates on 32 bits", "-1, 15", function() return bit.bnot(0), bit.band(255, 15) end)
right("loadstring", "compiles", "3", function() return loadstring("return 1 + 2")() end)
right("unpack", "spreads", "1, 2", function() return unpack({ 1, 2 }) end)
right("string.format", "cuts a fraction off", "3, 3, ff, -3", function()
  return string.format("%d, %i, %x, %d", 3.7, "3", 255.5, -3.7)
end)
right("string.format", "writes whole numbers as such", "5, 2.5, 100%, 007", function()
  return string.format("%s, %s, %d%%, %03d", 10 / 2, 5 / 2, 200 / 2, 14 / 2)
end)
right("tostring", "of a division", "5", function() return tostring(10 / 2) end)
right("concat", "of a division", "5", function() return "" .. 10 / 2 end, { apus = "5.0" })
right("table", "has the functions of 5.1", "2, 3, 3", function()
  local keys, sum = 0, 0
  table.foreach({ 1, 2, x = 3 }, function() keys = keys + 1 end)
  table.foreachi({ 1, 2 }, function(_, v) sum = sum + v end)
  return table.getn({ 1, 2 }), keys, sum
end)
wrong("index", "a nil", "error: attempt to index local 'x' (a nil value)", function()
  local x
  local y = x.y
end, { apus = "error: attempt to index a nil value (local 'x')" })
wrong("coroutine", "a yield to nobody", "not finished", function() coroutine.yield(1) end, { shows = { "HTTP/1.1 200 OK" } })
