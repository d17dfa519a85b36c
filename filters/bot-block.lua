-- Refuses crawlers and scanners by their user agent with 403.
-- Settings (filter_context):
--   block         list of Lua patterns, looked for in the user agent in lower case; default the list below
--   allow         list of Lua patterns that pass whatever `block` says; default none
--   block_empty   true refuses requests without a user agent too; default false
--   body          the answer's text, default "not for bots"
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { block: ["bot", "spider", "^curl/"], allow: ["googlebot", "^curl/8%."], block_empty: true }

local BLOCK = {
  "sqlmap", "nikto", "masscan", "zgrab", "nuclei", "wpscan", "dirbuster", "acunetix", "ahrefsbot", "semrushbot",
  "mj12bot", "dotbot", "petalbot", "bytespider", "scrapy", "python%-requests",
}

-- A pattern's cost grows with the text; what tells an agent stands at the front.
local LOOKED_AT = 512

local function matches(agent, patterns)
  for _, pattern in ipairs(patterns) do if agent:find(pattern) then return true end end
  return false
end

function envoy_on_request(handle)
  local context = handle:filterContext()
  local agent = (handle:headers():get("user-agent") or ""):lower():sub(1, LOOKED_AT)
  local refused
  if agent == "" then
    refused = context:get("block_empty")
  else
    refused = matches(agent, context:get("block") or BLOCK) and not matches(agent, context:get("allow") or {})
  end
  if refused then
    local body = context:get("body") or "not for bots"
    handle:respond({ [":status"] = "403", ["content-type"] = "text/plain" }, body .. "\n")
  end
end
