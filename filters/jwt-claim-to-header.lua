-- Lets a request pass whose JSON Web Token (RFC 7519, RS256) is genuine and current, with claims as headers; else 401.
-- Settings (filter_context):
--   public_key        the issuer's RSA key: SubjectPublicKeyInfo, DER, in base64; without it nothing passes
--   claims            header by claim, default { sub: x-jwt-sub }; such headers of the client are removed
--   issuer, audience  when given, what `iss` must be, and what `aud` must be or list
--   leeway_seconds    how far clocks may differ, default 60
-- Example (on a route, virtual host or weighted cluster):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { public_key: MIIBIjANBgkq..., issuer: "https://id.example.com", claims: { sub: x-user } }

local base64, json = require("base64"), require("json")

local function verify(handle, token, encoded_key)
  local signed, head, payload, signature = token:match("^(([%w_-]+)%.([%w_-]+))%.([%w_-]+)$")
  assert(signed, "malformed token")
  local header, claims = json.decode(base64.decode_url(head) or ""), json.decode(base64.decode_url(payload) or "")
  local bytes = assert(base64.decode_url(signature), "malformed token")
  assert(type(header) == "table" and type(claims) == "table", "malformed token")
  assert(header.alg == "RS256" and header.crit == nil, "unsupported algorithm")
  local der = base64.decode(encoded_key)
  local key = der and handle:importPublicKey(der, #der):get()
  assert(key and handle:verifySignature("sha256", key, bytes, #bytes, signed, #signed), "signature not verified")
  return claims
end

local function includes(claim, wanted)
  for _, one in ipairs(type(claim) == "table" and claim or { claim }) do if one == wanted then return true end end
  return false
end

--- The claims of a request's token; raises why there are none. A script that fails lets its request pass: this may not.
local function claims_of(handle, context)
  local token = (handle:headers():get("authorization") or ""):match("^[Bb][Ee][Aa][Rr][Ee][Rr] +(%S+)$")
  local claims = verify(handle, assert(token, "no token"), context:get("public_key"))
  local now, leeway = handle:timestamp() / 1000, context:get("leeway_seconds") or 60
  local issuer, audience = context:get("issuer"), context:get("audience")
  assert(now < claims.exp + leeway, "token expired")
  assert(now >= (claims.nbf or 0) - leeway, "token not valid yet")
  assert(not issuer or claims.iss == issuer, "token of another issuer")
  assert(not audience or includes(claims.aud, audience), "token for others")
  return claims
end

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local ok, claims = pcall(claims_of, handle, context)
  if not ok then
    handle:logDebug("token refused: " .. tostring(claims))
    handle:respond({ [":status"] = "401", ["www-authenticate"] = "Bearer" }, "a valid token is required\n")
  end
  for claim, header in pairs(context:get("claims") or { sub = "x-jwt-sub" }) do
    local value = claims[claim]
    if type(value) == "number" and value % 1 == 0 then value = string.format("%.0f", value) end
    local text = value ~= nil and type(value) ~= "table" and tostring(value)
    headers:remove(header)
    if text and not text:find("%c") then headers:add(header, text) end
  end
end
