/// What scripts written for LuaJIT (Lua 5.1) expect and Lua 5.4 has elsewhere, or no more.
enum LuaPrelude {
    static let text = #"""
        EnvoyTimestampResolution = { MILLISECOND = 0, MICROSECOND = 1 }

        unpack = table.unpack
        loadstring = load
        function table.getn(t) return #t end
        function table.maxn(t)
          local most = 0
          for k in pairs(t) do
            if type(k) == "number" and k > most then most = k end
          end
          return most
        end
        function table.foreach(t, f)
          for k, v in pairs(t) do
            local result = f(k, v)
            if result ~= nil then return result end
          end
        end
        function table.foreachi(t, f)
          for i = 1, #t do
            local result = f(i, t[i])
            if result ~= nil then return result end
          end
        end
        function gcinfo() return math.floor(collectgarbage("count")) end
        function math.pow(x, y) return x ^ y end
        function math.mod(x, y) return math.fmod(x, y) end
        function math.log10(x) return math.log(x, 10) end
        function string.gfind(...) return string.gmatch(...) end

        -- The library's own closes a coroutine that has failed: handlers of `<close>` variables would run where, after a
        -- stop, no budget is counted any more.
        local create, resume = coroutine.create, coroutine.resume
        local function results(ok, ...)
          if ok then return ... end
          error((...), 0)
        end
        function coroutine.wrap(f)
          local co = create(f)
          return function(...) return results(resume(co, ...)) end
        end
        coroutine.close = nil

        bit = {}
        -- Results are 32 bits with a sign, as those of LuaJIT's module.
        local function signed(x)
          x = x & 0xffffffff
          if x >= 0x80000000 then return x - 0x100000000 end
          return x
        end
        local function whole(x)
          if math.type(x) == "integer" then return x end
          x = tonumber(x) or error("number expected", 3)
          return math.tointeger(x < 0 and math.ceil(x - 0.5) or math.floor(x + 0.5)) or error("number out of range", 3)
        end
        function bit.tobit(x) return signed(whole(x)) end
        function bit.bnot(x) return signed(~whole(x)) end
        function bit.band(x, ...)
          local result = whole(x)
          for i = 1, select("#", ...) do result = result & whole((select(i, ...))) end
          return signed(result)
        end
        function bit.bor(x, ...)
          local result = whole(x)
          for i = 1, select("#", ...) do result = result | whole((select(i, ...))) end
          return signed(result)
        end
        function bit.bxor(x, ...)
          local result = whole(x)
          for i = 1, select("#", ...) do result = result ~ whole((select(i, ...))) end
          return signed(result)
        end
        function bit.lshift(x, n) return signed(whole(x) << (n & 31)) end
        function bit.rshift(x, n) return signed((whole(x) & 0xffffffff) >> (n & 31)) end
        function bit.arshift(x, n)
          local value = signed(whole(x))
          n = n & 31
          return signed((value >> n) | (value < 0 and n > 0 and ~(-1 >> n) or 0))
        end
        function bit.rol(x, n)
          x = whole(x) & 0xffffffff
          n = n & 31
          return signed((x << n) | (x >> (32 - n)))
        end
        function bit.ror(x, n) return bit.rol(x, 32 - (n & 31)) end
        function bit.bswap(x)
          x = whole(x) & 0xffffffff
          return signed((x >> 24) | ((x >> 8) & 0xff00) | ((x << 8) & 0xff0000) | (x << 24))
        end
        function bit.tohex(x, n)
          n = n or 8
          local digits = string.format(n < 0 and "%08X" or "%08x", whole(x) & 0xffffffff)
          return string.sub(digits, -math.min(math.abs(n), 8))
        end
        """#
}
