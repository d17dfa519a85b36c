-- Lets requests pass whose URL somebody with a private key has signed, until the time that the URL says; else 403.
-- The query ends with expires=SECONDS&signature=TEXT: seconds since 1970; the signature is SHA-256 with RSA (PKCS #1)
-- or with ECDSA (DER), over the path and query before `&signature=` (or `?signature=`), as base64 for URLs, no padding.
-- A public key, not a shared secret, because that is what a script can check: the proxy cannot sign URLs itself.
--   printf %s "/film.mp4?expires=1700000000" | openssl dgst -sha256 -sign key.pem | basenc --base64url -w0 | tr -d =
-- Settings (filter_context):
--   public_key   SubjectPublicKeyInfo, DER, in base64; without it nothing passes
--   strip        false lets both parameters go on to the upstream; default true
-- Example (on a route):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context: { public_key: MFkwEwYHKoZIzj0C... }

local base64 = require("base64")

--- The path without its signature and expiry; raises why it is refused. A script that fails lets its request pass, so
--- this is called protected.
local function check(handle, context, path)
  local signed, signature = path:match("^(.+)[?&]signature=([%w_-]+)$")
  assert(signed, "not signed")
  local bare, expires = signed:match("^(.+)[?&]expires=(%d+)$")
  assert(bare, "no expiry")
  assert(handle:timestamp() < tonumber(expires) * 1000, "expired")
  local der, bytes = base64.decode(context:get("public_key")), base64.decode_url(signature)
  local key = der and handle:importPublicKey(der, #der):get()
  assert(key and bytes, "no key, or a malformed signature")
  assert(handle:verifySignature("sha256", key, bytes, #bytes, signed, #signed), "signature not verified")
  return bare
end

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local ok, bare = pcall(check, handle, context, headers:get(":path"))
  if not ok then
    handle:logDebug("URL refused: " .. tostring(bare))
    handle:respond({ [":status"] = "403", ["content-type"] = "text/plain" }, "this link is not valid, or no longer\n")
  end
  if context:get("strip") ~= false then headers:replace(":path", bare) end
end
