-- Gives answers the Cache-Control that fits their status and content type.
-- Errors become no-store; the rest get a rule's value when the upstream said nothing, or always with `override`.
-- An answer that sets cookies is never made public.
-- Settings (filter_context):
--   rules      list of { type, value }: beginning of the content type, and the header; the first that fits counts
--   override   true replaces what the upstream said as well; default false
--   errors     the value for status 400 and above, default no-store; "" leaves those alone
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { override: true, rules: [{ type: image/, value: "public, max-age=604800" }] }

local RULES = {
  { type = "text/html", value = "no-cache" },
  { type = "text/css", value = "public, max-age=86400" },
  { type = "text/javascript", value = "public, max-age=86400" },
  { type = "application/javascript", value = "public, max-age=86400" },
  { type = "image/", value = "public, max-age=86400" },
  { type = "font/", value = "public, max-age=86400" },
  { type = "application/json", value = "no-store" },
}

local function value_for(kind, rules)
  for _, rule in ipairs(rules) do if kind:sub(1, #rule.type) == rule.type then return rule.value end end
end

function envoy_on_response(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local failed = tonumber(headers:get(":status")) >= 400
  local value
  if failed then
    value = context:get("errors") or "no-store"
    if value == "" then return end
  else
    if headers:get("cache-control") and not context:get("override") then return end
    value = value_for((headers:get("content-type") or ""):lower(), context:get("rules") or RULES)
    if not value then return end
    if headers:get("set-cookie") then value = value:gsub("public", "private") end
  end
  headers:replace("cache-control", value)
  headers:remove("expires")
  headers:remove("pragma")
end
