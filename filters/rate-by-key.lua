-- Limits the requests of each API key, or of each client address without one, in windows of fixed length; 429 beyond.
-- All workers count together. Needs handle:shared(), which Envoy does not have. Whoever invents keys evades the limit:
-- put this behind a filter that checks them.
-- Settings (filter_context):
--   header           which header has the key, default x-api-key
--   limit            requests in a window, default 100
--   window_seconds   default 60
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { header: x-api-key, limit: 20, window_seconds: 10 }

-- The store is bounded, and so is what a client can make it keep.
local LONGEST_KEY = 128

local function key_of(handle, header)
  local key = handle:headers():get(header)
  if key and key ~= "" then return "key:" .. key:sub(1, LONGEST_KEY) end
  return "address:" .. handle:streamInfo():downstreamRemoteAddress():gsub(":%d+$", "")
end

function envoy_on_request(handle)
  local context = handle:filterContext()
  local limit, seconds = context:get("limit") or 100, context:get("window_seconds") or 60
  local now = handle:timestamp() / 1000
  local window = math.floor(now / seconds)
  local key = key_of(handle, context:get("header") or "x-api-key")
  local count = handle:shared():incr(string.format("%.0f ", window) .. key, 1, seconds)
  if count and count > limit then
    local wait = math.ceil((window + 1) * seconds - now)
    handle:respond({
      [":status"] = "429",
      ["content-type"] = "text/plain",
      ["retry-after"] = string.format("%.0f", math.max(wait, 1)),
      ["x-ratelimit-limit"] = string.format("%.0f", limit),
      ["x-ratelimit-remaining"] = "0",
    }, "too many requests\n")
  end
end
