-- Marks the requests of browsers that carry a cookie, so that routes can send them to the canary.
-- Settings (filter_context):
--   cookie   the cookie's name, default canary
--   value    what it must be, default yes
--   header   which header routes match on, set to yes; default x-canary; the client's own is removed
-- Example: the first route is found again after the script; put the setting on the virtual host.
--   routes:
--   - match: { prefix: /, headers: [{ name: x-canary, string_match: { exact: "yes" } }] }
--     route: { cluster: canary }
--   - match: { prefix: / }
--     route: { cluster: stable }
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { cookie: release, value: next }

--- The first value of a cookie, over all cookie headers; nil without one.
local function cookie(headers, wanted)
  for index = 0, headers:getNumValues("cookie") - 1 do
    for pair in headers:getAtIndex("cookie", index):gmatch("[^;]+") do
      local name, value = pair:match("^%s*([^=%s]+)=(.*)$")
      if name == wanted then return value:match('^"(.*)"$') or value end
    end
  end
end

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local header = context:get("header") or "x-canary"
  headers:remove(header)
  if cookie(headers, context:get("cookie") or "canary") == (context:get("value") or "yes") then
    headers:add(header, "yes")
  end
  handle:clearRouteCache()
end
