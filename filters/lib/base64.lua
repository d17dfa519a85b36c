-- Base64 (RFC 4648) both ways, in the standard alphabet and in the one for URLs.
-- Example: local base64 = require("base64"); local bytes = base64.decode_url("aGk")

local STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local URL = STANDARD:sub(1, 62) .. "-_"

--- The value of each character, by its byte.
local function values_of(alphabet)
  local values = {}
  for index = 1, #alphabet do values[alphabet:byte(index)] = index - 1 end
  return values
end

local STANDARD_VALUES, URL_VALUES = values_of(STANDARD), values_of(URL)

--- Four characters give three bytes; the last two or three give one or two, and their unused bits must be zero.
local function decode(text, values)
  local out, length = {}, #text
  if length % 4 == 1 then return nil end
  for index = 1, length, 4 do
    local b1, b2, b3, b4 = text:byte(index, index + 3)
    local first, second, third, fourth = values[b1], values[b2], values[b3], values[b4]
    if b3 == nil then third = 0 end
    if b4 == nil then fourth = 0 end
    if not (first and second and third and fourth) then return nil end
    local word = first * 262144 + second * 4096 + third * 64 + fourth
    local count = b4 and 3 or b3 and 2 or 1
    if word % 256 ^ (3 - count) ~= 0 then return nil end
    local bytes = string.char(math.floor(word / 65536), math.floor(word / 256) % 256, word % 256)
    out[#out + 1] = bytes:sub(1, count)
  end
  return table.concat(out)
end

local function encode(bytes, alphabet, padding)
  local out = {}
  for index = 1, #bytes, 3 do
    local first, second, third = bytes:byte(index, index + 2)
    local word = first * 65536 + (second or 0) * 256 + (third or 0)
    local count = third and 4 or second and 3 or 2
    for place = 1, count do
      local value = math.floor(word / 64 ^ (4 - place)) % 64
      out[#out + 1] = alphabet:sub(value + 1, value + 1)
    end
    out[#out + 1] = padding:rep(4 - count)
  end
  return table.concat(out)
end

local base64 = {}

--- Bytes of padded text in the standard alphabet; white space between is allowed; nil when malformed.
function base64.decode(text)
  local stripped = text:gsub("%s", "")
  if #stripped % 4 ~= 0 then return nil end
  local bare = stripped:gsub("==?$", "")
  return decode(bare, STANDARD_VALUES)
end

--- Bytes of unpadded text in the alphabet for URLs, as in JSON Web Tokens (RFC 7515, section 2); nil when malformed.
function base64.decode_url(text) return decode(text, URL_VALUES) end

function base64.encode(bytes) return encode(bytes, STANDARD, "=") end

function base64.encode_url(bytes) return encode(bytes, URL, "") end

return base64
