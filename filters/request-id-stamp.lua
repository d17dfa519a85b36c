-- Gives every request an identity that its answer bears as well: the client's own when it is well formed, else the
-- proxy's x-request-id, else a new one.
-- Settings (filter_context):
--   header   where it stands, in request and answer; default x-correlation-id
--   trust    false replaces what the client sent; default true
--   prefix   stands before identities that do not come from the client, default none
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { header: x-correlation-id, trust: false, prefix: "edge-" }

local SPACE = "apus.request-id-stamp"
local MAXIMUM_LENGTH = 128
local worker, count = tostring({}):match("0x0*(%x+)") or "0", 0

local function well_formed(identity)
  return identity ~= nil and #identity <= MAXIMUM_LENGTH and identity:find("^[%w._:-]+$") ~= nil
end

--- No other worker has this address, and no other request of this worker this count.
local function new_identity(handle)
  count = count + 1
  return handle:timestampString(EnvoyTimestampResolution.MICROSECOND) .. "-" .. worker .. "-" .. count
end

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local header = context:get("header") or "x-correlation-id"
  local identity = headers:get(header)
  if context:get("trust") == false or not well_formed(identity) then
    local given = headers:get("x-request-id")
    identity = (context:get("prefix") or "") .. (well_formed(given) and given or new_identity(handle))
  end
  headers:replace(header, identity)
  handle:streamInfo():dynamicMetadata():set(SPACE, "identity", identity)
end

function envoy_on_response(handle)
  local stamped = handle:streamInfo():dynamicMetadata():get(SPACE)
  if stamped and stamped.identity then
    handle:headers():replace(handle:filterContext():get("header") or "x-correlation-id", stamped.identity)
  end
end
