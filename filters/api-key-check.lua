-- Asks an authentication service about each request's API key. No key: 401; refused: 403; no service: 503.
-- Settings (filter_context):
--   cluster      the service's cluster, default auth
--   path         what is asked for with GET, default /check; 2xx lets the request pass, 401 and 403 refuse it
--   authority    the host name for the service, default the cluster's name
--   header       which header has the key, default x-api-key; it goes to the authentication service only
--   identity     which header of the service's answer goes on to the upstream, default x-consumer
--   timeout_ms   default 500
--   fail_open    true lets requests pass, without identity, while the service is down; default false
-- Example (on a route, virtual host or weighted cluster; the cluster `auth` stands in static_resources):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { cluster: auth, path: /v1/keys, timeout_ms: 200 }

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local header, identity = context:get("header") or "x-api-key", context:get("identity") or "x-consumer"
  local cluster = context:get("cluster") or "auth"
  local key = headers:get(header)
  headers:remove(identity)
  if not key or key == "" then
    handle:respond({ [":status"] = "401", ["content-type"] = "text/plain" }, "an API key is required\n")
  end
  local called, answer, body = pcall(handle.httpCall, handle, cluster, {
    [":method"] = "GET",
    [":path"] = context:get("path") or "/check",
    [":authority"] = context:get("authority") or cluster,
    [header] = key,
    ["x-original-method"] = headers:get(":method"),
    ["x-original-path"] = headers:get(":path"),
  }, nil, context:get("timeout_ms") or 500)
  context, headers = handle:filterContext(), handle:headers() -- those from before the wait are void
  if not called then answer, body = {}, tostring(answer) end
  local status = tonumber(answer[":status"]) or 503
  headers:remove(header)
  if status >= 200 and status < 300 then
    if answer[identity] then headers:add(identity, answer[identity]) end
  elseif status == 401 or status == 403 then
    handle:respond({ [":status"] = "403", ["content-type"] = "text/plain" }, "this API key is refused\n")
  else
    handle:logWarn("authentication service answered " .. status .. ": " .. (body or ""):sub(1, 200))
    if context:get("fail_open") then return end
    handle:respond({ [":status"] = "503", ["content-type"] = "text/plain" }, "authentication is not available\n")
  end
end
