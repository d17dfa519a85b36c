-- Names the tenant of a request in a header, so that routes, limits and logs can tell tenants apart.
-- The tenant is looked up in `tenants`, else it is the label before `domain`, else `default`.
-- Settings (filter_context):
--   source    which header tells the tenant, default :authority (its port is left out)
--   tenants   tenant by value of the source, such as { shop.example.org: acme }; values in lower case
--   domain    such as example.com: acme.example.com is then the tenant acme
--   default   the tenant of all others; without it they get 404
--   header    where the tenant is written, default x-tenant; the client's own is removed
-- Example (on a virtual host, whose routes match on x-tenant):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { domain: example.com, tenants: { www.example.com: public }, default: public }

--- The value of the source, in lower case; a host without its port and final dot.
local function read(headers, source)
  local value = (headers:get(source) or ""):lower()
  if source ~= ":authority" and source ~= "host" then return value end
  return (value:gsub(":%d+$", ""):gsub("%.$", ""))
end

--- The one label before a domain.
local function label(host, domain)
  local suffix = "." .. domain:lower()
  if #host <= #suffix or host:sub(-#suffix) ~= suffix then return nil end
  return host:sub(1, -#suffix - 1):match("^[%w-]+$")
end

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local source, domain = context:get("source") or ":authority", context:get("domain")
  local header = context:get("header") or "x-tenant"
  local value = read(headers, source)
  local tenant = (context:get("tenants") or {})[value] or domain and label(value, domain) or context:get("default")
  if not tenant then
    handle:respond({ [":status"] = "404", ["content-type"] = "text/plain" }, "there is no such tenant\n")
  end
  headers:replace(header, tenant)
  handle:clearRouteCache()
end
