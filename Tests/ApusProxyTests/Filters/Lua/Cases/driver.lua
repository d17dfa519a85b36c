-- Runs one case for each request, by number in the path: `/request/3`, `/response/3`. What the case gave is told by
-- `/last`, and all cases by `/cases`. Goes in front of the files of cases; says the same in Envoy as in Apus.

local cases, last = {}, "nothing ran"

-- `method` is `Class:name`. `gives` is what `run` returns, as text, or "error: " and its message. Of `options`, `on` is
-- "response" for a script that runs on the answer; `body`, `chunks` and `trailers` belong to the request and `answer` is
-- the upstream's, which otherwise echoes the request; the client must see each of `shows` and none of `hides`; `apus` is what Apus gives where that must be another text.
local function define(kind, method, what, gives, run, options)
  options = options or {}
  cases[#cases + 1] = { kind = kind, method = method, what = what, gives = gives, run = run, options = options }
end

function right(...) define("right", ...) end
function wrong(...) define("wrong", ...) end

local function text(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for k, v in pairs(value) do parts[#parts + 1] = tostring(k) .. "=" .. text(v) end
  table.sort(parts)
  return "{" .. table.concat(parts, " ") .. "}"
end

local function told(ok, ...)
  if not ok then
    -- The place is the file's, which is called otherwise elsewhere.
    local message = tostring((...))
    message = message:match("^.-:%d+: (.*)$") or message
    -- Envoy names a class of its own in C++ there.
    if message:find("%(N%d+Envoy%w+ expected") or message:find("was called with '.'", 1, true) then
      message = "not called on its object"
    end
    last = "error: " .. message
    return
  end
  local count = select("#", ...)
  if count == 0 then last = "no value" return end
  local parts = {}
  for i = 1, count do parts[i] = text((select(i, ...))) end
  last = table.concat(parts, ", ")
end

local function run(way, handle)
  local number = string.match(handle:headers():get("x-case") or "", "^" .. way .. "/(%d+)$")
  if not number then return end
  last = "not finished"
  told(pcall(cases[tonumber(number)].run, handle))
end

local function joined(list)
  if type(list) == "string" then return list end
  return table.concat(list or {}, "\29")
end

local function catalogue()
  local lines = {}
  for i, case in ipairs(cases) do
    local o = case.options
    lines[i] = table.concat({
      case.kind, case.method, case.what, case.gives, o.on or "request", o.body or "", joined(o.chunks),
      o.trailers or "", o.answer or "", joined(o.shows), joined(o.hides), o.apus or case.gives,
    }, "\31")
  end
  return table.concat(lines, "\30")
end

function envoy_on_request(handle)
  local path = handle:headers():get(":path")
  if path == "/cases" then handle:respond({ [":status"] = "200" }, catalogue()) end
  if path == "/last" then handle:respond({ [":status"] = "200" }, last) end
  run("request", handle)
end

function envoy_on_response(handle)
  run("response", handle)
end
