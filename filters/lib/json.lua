-- Reads JSON (RFC 8259): objects and arrays become tables, null becomes json.null. Deeper than 64 levels is an error.
-- Example: local json = require("json"); local claims, reason = json.decode('{"sub":"ann"}')

local json = { null = setmetatable({}, { __tostring = function() return "null" end }) }

local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local WORDS = { t = { "true", true }, f = { "false", false }, n = { "null", json.null } }
local MAXIMUM_DEPTH = 64

local value

local function fail(position, what) error({ reason = what .. " at byte " .. position }, 0) end

local function skip(text, position) return text:find("[^ \t\r\n]", position) or #text + 1 end

local function utf8_of(code)
  local floor, char = math.floor, string.char
  if code < 0x80 then return char(code) end
  if code < 0x800 then return char(0xc0 + floor(code / 64), 0x80 + code % 64) end
  if code < 0x10000 then return char(0xe0 + floor(code / 4096), 0x80 + floor(code / 64) % 64, 0x80 + code % 64) end
  local second, third = floor(code / 4096) % 64, floor(code / 64) % 64
  return char(0xf0 + floor(code / 262144), 0x80 + second, 0x80 + third, 0x80 + code % 64)
end

--- The character of `\uXXXX`, which two halves of a surrogate pair write together, and the position after it.
local function unicode(text, position)
  local high = tonumber(text:match("^\\u(%x%x%x%x)", position) or fail(position, "broken \\u escape"), 16)
  if high < 0xd800 or high > 0xdfff then return utf8_of(high), position + 6 end
  local low = tonumber(text:match("^\\u(%x%x%x%x)", position + 6) or "0", 16)
  if high > 0xdbff or low < 0xdc00 or low > 0xdfff then fail(position, "half a surrogate pair") end
  return utf8_of(0x10000 + (high - 0xd800) * 1024 + low - 0xdc00), position + 12
end

--- A string whose opening quote stands before `position`.
local function string_value(text, position)
  local out = {}
  while true do
    local stop = text:find('[%c"\\]', position) or fail(position, "unfinished string")
    out[#out + 1] = text:sub(position, stop - 1)
    local char = text:sub(stop, stop)
    if char == '"' then return table.concat(out), stop + 1 end
    local escape = text:sub(stop + 1, stop + 1)
    if char == "\127" then
      out[#out + 1], position = char, stop + 1
    elseif char ~= "\\" then
      fail(stop, "control character in a string")
    elseif escape == "u" then
      out[#out + 1], position = unicode(text, stop)
    else
      out[#out + 1], position = ESCAPES[escape] or fail(stop, "unknown escape"), stop + 2
    end
  end
end

local function number_value(text, position)
  local whole = text:match("^-?0", position) or text:match("^-?[1-9]%d*", position)
  if not whole then fail(position, "unexpected character") end
  local fraction = text:match("^%.%d+", position + #whole) or ""
  local exponent = text:match("^[eE][+-]?%d+", position + #whole + #fraction) or ""
  local digits = whole .. fraction .. exponent
  return tonumber(digits), position + #digits
end

local function array_value(text, position, depth)
  local list = {}
  position = skip(text, position)
  if text:sub(position, position) == "]" then return list, position + 1 end
  while true do
    list[#list + 1], position = value(text, position, depth)
    position = skip(text, position)
    local char = text:sub(position, position)
    if char == "]" then return list, position + 1 end
    if char ~= "," then fail(position, "expected , or ]") end
    position = position + 1
  end
end

local function object_value(text, position, depth)
  local object, name = {}, nil
  position = skip(text, position)
  if text:sub(position, position) == "}" then return object, position + 1 end
  while true do
    position = skip(text, position)
    if text:sub(position, position) ~= '"' then fail(position, "expected a name") end
    name, position = string_value(text, position + 1)
    position = skip(text, position)
    if text:sub(position, position) ~= ":" then fail(position, "expected :") end
    object[name], position = value(text, position + 1, depth)
    position = skip(text, position)
    local char = text:sub(position, position)
    if char == "}" then return object, position + 1 end
    if char ~= "," then fail(position, "expected , or }") end
    position = position + 1
  end
end

value = function(text, position, depth)
  position = skip(text, position)
  local char = text:sub(position, position)
  if char == "{" or char == "[" then
    if depth == MAXIMUM_DEPTH then fail(position, "too deep") end
    return (char == "{" and object_value or array_value)(text, position + 1, depth + 1)
  end
  if char == '"' then return string_value(text, position + 1) end
  local word = WORDS[char]
  if not word then return number_value(text, position) end
  if text:sub(position, position + #word[1] - 1) ~= word[1] then fail(position, "unexpected character") end
  return word[2], position + #word[1]
end

--- The value of a whole text; nil and a reason when it is not JSON.
function json.decode(text)
  local ok, result, position = pcall(value, text, 1, 0)
  if not ok then return nil, type(result) == "table" and result.reason or tostring(result) end
  if skip(text, position) <= #text then return nil, "something after the value at byte " .. position end
  return result
end

return json
