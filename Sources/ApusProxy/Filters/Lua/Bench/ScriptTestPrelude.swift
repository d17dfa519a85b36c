/// What test files of scripts find: `test`, and what its `t` can do. The host's functions are in `bench`.
enum ScriptTestPrelude {
    static let text = #"""
        local bench = bench
        _G.bench = nil
        local tests = {}

        local function shown(value, depth)
          if type(value) == "string" then return string.format("%q", value) end
          if type(value) ~= "table" or (depth or 0) > 3 then return tostring(value) end
          local keys, parts = {}, {}
          for key in pairs(value) do keys[#keys + 1] = key end
          table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
          for _, key in ipairs(keys) do
            local part = shown(value[key], (depth or 0) + 1)
            if type(value[key]) ~= "function" then
              parts[#parts + 1] = value[#parts + 1] == value[key] and part or tostring(key) .. " = " .. part
            end
          end
          if not parts[1] then return "{}" end
          return "{ " .. table.concat(parts, ", ") .. " }"
        end

        local function same(a, b)
          if type(a) ~= "table" or type(b) ~= "table" then return a == b end
          for key, value in pairs(a) do if not same(value, b[key]) then return false end end
          for key in pairs(b) do if a[key] == nil then return false end end
          return true
        end

        local function text(value, what)
          if type(value) == "string" or type(value) == "number" then return tostring(value) end
          error(what .. " must be a string, not a " .. type(value), 0)
        end

        -- A list of { name, value } from a table of names with a value or a list of values.
        local function fields_of(given, what)
          local names, fields = {}, {}
          for name in pairs(given or {}) do names[#names + 1] = text(name, what .. "'s name") end
          table.sort(names)
          for _, name in ipairs(names) do
            local value = given[name]
            for _, one in ipairs(type(value) == "table" and value or { value }) do
              fields[#fields + 1] = { string.lower(name), text(one, what) }
            end
          end
          return fields
        end

        local function message_of(given, pseudo)
          local headers, fields = fields_of(given.headers, "a header"), {}
          local has = {}
          for _, field in ipairs(headers) do has[field[1]] = true end
          for _, field in ipairs(pseudo) do if not has[field[1]] then fields[#fields + 1] = field end end
          for _, field in ipairs(headers) do fields[#fields + 1] = field end
          local chunks = given.body
          if chunks ~= nil and type(chunks) ~= "table" then chunks = { text(chunks, "a body") } end
          return fields, chunks, given.trailers and fields_of(given.trailers, "a trailer")
        end

        local function values(fields, name)
          local found = {}
          name = string.lower(name)
          for _, field in ipairs(fields) do if field[1] == name then found[#found + 1] = field[2] end end
          return found
        end

        -- The first value by name, in any case of letters.
        local function view(fields)
          return setmetatable({}, {
            __index = function(_, name) return values(fields, name)[1] end,
            __pairs = function()
              local at = 0
              return function()
                at = at + 1
                if fields[at] then return fields[at][1], fields[at][2] end
              end
            end,
          })
        end

        local function message(raw)
          if not raw then return nil end
          return {
            status = tonumber(values(raw.fields, ":status")[1]),
            method = values(raw.fields, ":method")[1],
            path = values(raw.fields, ":path")[1],
            authority = values(raw.fields, ":authority")[1],
            headers = view(raw.fields),
            body = raw.body,
            trailers = raw.trailers and view(raw.trailers),
            values = function(_, name) return values(raw.fields, name) end,
          }
        end

        local function expectation(actual)
          local function check(holds, wanted)
            if not holds then error("expected " .. wanted .. ", got " .. shown(actual), 3) end
          end
          return {
            equals = function(_, wanted) check(same(actual, wanted), shown(wanted)) end,
            not_equals = function(_, other) check(not same(actual, other), "anything but " .. shown(other)) end,
            is_nil = function() check(actual == nil, "nil") end,
            is_true = function() check(actual == true, "true") end,
            is_false = function() check(actual == false, "false") end,
            contains = function(_, part)
              local found = type(actual) == "string" and string.find(actual, part, 1, true) ~= nil
              if type(actual) == "table" then
                for _, one in ipairs(actual) do found = found or same(one, part) end
              end
              check(found, "something with " .. shown(part))
            end,
            matches = function(_, pattern)
              check(type(actual) == "string" and string.find(actual, pattern) ~= nil, "a match of " .. shown(pattern))
            end,
          }
        end

        local function new_test()
          local t = { logs = {}, errors = {} }
          local answer
          local function on_call(call)
            call.headers = view(call.fields)
            call.fields = nil
            local given = answer and answer(call)
            if not given then return nil end
            local fields, chunks = message_of(given, { { ":status", text(given.status or 200, "a status") } })
            return { fields, table.concat(chunks or {}) }
          end
          local function gather()
            for _, event in ipairs(bench.events()) do
              if event.level then t.logs[#t.logs + 1] = event else t.errors[#t.errors + 1] = event.text end
            end
          end
          function t:on_call(closure) answer = closure end
          function t:advance(milliseconds) bench.advance(milliseconds) end
          function t:expect(actual) return expectation(actual) end
          function t:expect_error(pattern)
            for index, one in ipairs(self.errors) do
              if string.find(one, pattern) then return table.remove(self.errors, index) end
            end
            error("expected a script error that matches " .. shown(pattern) .. ", got " .. shown(self.errors[1]), 2)
          end
          function t:request(given)
            given = given or {}
            local host = given.authority or (given.headers or {}).host or "localhost"
            local fields, chunks, trailers = message_of(given, {
              { ":method", given.method or "GET" }, { ":path", given.path or "/" }, { ":authority", host } })
            local raw = bench.request(fields, chunks, trailers, given.context, given.metadata, given.now_ms,
              given.remote_address, on_call)
            gather()
            local request = message(raw)
            request.route_cache_cleared = raw.cleared
            request.response = message(raw.response)
            function request:respond(answer)
              answer = answer or {}
              local fields, chunks, trailers = message_of(answer,
                { { ":status", text(answer.status or 200, "a status") } })
              local raw = bench.respond(raw.number, fields, chunks, trailers, on_call)
              if not raw then error("this request has its answer already", 2) end
              gather()
              return message(raw)
            end
            return request
          end
          return t
        end

        function test(name, body)
          if type(name) ~= "string" or type(body) ~= "function" then
            error("test expects a name and a function", 2)
          end
          tests[#tests + 1] = { name, body }
        end

        return function(number)
          if not number then
            local names = {}
            for index, one in ipairs(tests) do names[index] = one[1] end
            return names
          end
          local t = new_test()
          tests[number][2](t)
          if t.errors[1] then error("the script failed: " .. t.errors[1], 0) end
        end
        """#
}
