-- Replaces texts in the bodies of answers, and in their location header. The body is held until it is complete.
-- Settings (filter_context):
--   replace   list of { from, to }: plain texts, done in order; an empty `from` is left out
--   types     list of beginnings of content types, default [text/, application/json, application/javascript]
-- Compressed and partial (206) bodies pass as they are. A changed body loses its etag, which was for another one.
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context:
--         types: [text/html]
--         replace: [{ from: "http://intern.example.com", to: "https://www.example.com" }]

local TYPES = { "text/", "application/json", "application/javascript" }

local function rewrite(text, rules)
  for _, rule in ipairs(rules) do
    if rule.from and rule.from ~= "" then
      local pattern, with = rule.from:gsub("%p", "%%%0"), (rule.to or ""):gsub("%%", "%%%%")
      text = text:gsub(pattern, with)
    end
  end
  return text
end

local function is_wanted(headers, types)
  if headers:get("content-encoding") or headers:get(":status") == "206" then return false end
  local given = (headers:get("content-type") or ""):lower()
  for _, kind in ipairs(types) do if given:sub(1, #kind) == kind then return true end end
  return false
end

function envoy_on_response(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local rules, location = context:get("replace") or {}, headers:get("location")
  if location then headers:replace("location", rewrite(location, rules)) end
  if not is_wanted(headers, context:get("types") or TYPES) then return end
  local body = handle:body()
  if not body then return end
  local before = body:getBytes(0, body:length())
  local after = rewrite(before, rules)
  if after == before then return end
  body:setBytes(after)
  headers = handle:headers() -- those from before the wait for the body are void
  headers:remove("etag")
  headers:remove("content-md5")
  headers:remove("digest")
end
