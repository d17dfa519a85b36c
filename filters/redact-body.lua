-- Masks payment card numbers in answers, all but their last four digits, while the body streams by.
-- A card number: 13 to 19 digits, the first 2 to 6, in one piece or in groups with single spaces or dashes, with the
-- right check digit (ISO/IEC 7812). One split over chunks is found: the end of a chunk waits for the next if it may go
-- on. Lengths stay. Compressed bodies, and those followed by trailers, pass as they are: nothing could follow the end.
-- Settings (filter_context):
--   types   list of beginnings of content types, default [text/, application/json, application/xml]
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { types: [text/html] }

local LONGEST = 19 + 18

local function is_card(part)
  local digits, sum = part:gsub("[ -]", ""), 0
  if #digits < 13 or #digits > 19 then return false end
  for group in part:gmatch("(%d+)[ -]") do if #group < 4 then return false end end
  for index = 1, #digits do
    local digit = digits:byte(-index) - 48
    if index % 2 == 0 then digit = digit < 5 and digit * 2 or digit * 2 - 9 end
    sum = sum + digit
  end
  return sum % 10 == 0 and not part:find("[ -][ -]")
end

--- Masks the cards in a stretch of digits and separators; at an open end the last number may go on.
local function mask_run(run, open)
  for from in run:gmatch("()%f[%d][2-6]") do
    for to = math.min(#run - (open and 1 or 0), from + LONGEST - 1), from + 12, -1 do
      local part = run:sub(from, to)
      if part:find("^%d.*%d$") and not run:find("^%d", to + 1) and is_card(part) then
        local kept = part:match("[ -]?%d[ -]?%d[ -]?%d[ -]?%d$")
        run = run:sub(1, from - 1) .. part:sub(1, -#kept - 1):gsub("%d", "*") .. kept .. run:sub(to + 1)
      end
    end
  end
  return run
end

local function redact(text, open)
  return (text:gsub("(%d[%d -]*)()", function(run, after) return mask_run(run, open and after > #text) end))
end

function envoy_on_response(handle)
  local headers, wanted, held, last = handle:headers(), false, "", nil
  for _, kind in ipairs(handle:filterContext():get("types") or { "text/", "application/json", "application/xml" }) do
    wanted = wanted or (headers:get("content-type") or ""):lower():sub(1, #kind) == kind
  end
  if not wanted or headers:get("content-encoding") or headers:get("trailer") then return end
  for chunk in handle:bodyChunks() do
    if chunk:length() > 0 then
      local text = redact(held .. chunk:getBytes(0, chunk:length()), true)
      held = text:sub(-2 * LONGEST):match("%d[%d -]*$") or ""
      chunk:setBytes(text:sub(1, #text - #held))
    end
    last = chunk
  end
  if held ~= "" then last:setBytes(last:getBytes(0, last:length()) .. redact(held)) end
end
