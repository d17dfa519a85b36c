-- Puts every user into a bucket of an experiment, always the same one, and names the bucket in a header.
-- Settings (filter_context):
--   source       which header has the user's identity, default x-user-id; without it there is no bucket
--   experiment   a name that is hashed too, so that experiments share users out independently; default none
--   buckets      list of { name, weight }, weights being whole numbers; default a and b, half each
--   header       where the bucket is written, default x-ab-bucket; the client's own is removed
-- Example (on a virtual host, whose routes match on x-ab-bucket):
--   typed_per_filter_config:
--     envoy.filters.http.lua:
--       "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute
--       filter_context:
--         experiment: checkout-2
--         buckets: [{ name: old, weight: 90 }, { name: new, weight: 10 }]

local HALVES = { { name = "a", weight = 1 }, { name = "b", weight = 1 } }

-- Every product stays below 2^53, so that doubles (Lua 5.1) and integers (Lua 5.4) give the same. The square makes the
-- end depend on the beginning in more than a sum: users of one experiment must not go together in the next.
local MODULUS, FACTOR, STIR = 4294967291, 69069, 48271

local function hash(text)
  local value = 2166136261
  for index = 1, #text do value = ((value + text:byte(index)) * FACTOR + 1) % MODULUS end
  for _ = 1, 4 do value = (value * STIR + (value % 65536) ^ 2 + 1) % MODULUS end
  return value
end

local function bucket_of(identity, buckets)
  local total = 0
  for _, bucket in ipairs(buckets) do total = total + bucket.weight end
  if total < 1 then return nil end
  local point = hash(identity) % total
  for _, bucket in ipairs(buckets) do
    point = point - bucket.weight
    if point < 0 then return bucket.name end
  end
end

function envoy_on_request(handle)
  local context, headers = handle:filterContext(), handle:headers()
  local header = context:get("header") or "x-ab-bucket"
  local user = headers:get(context:get("source") or "x-user-id")
  headers:remove(header)
  if user and user ~= "" then
    local experiment = context:get("experiment") or ""
    local bucket = bucket_of(experiment .. "/" .. user, context:get("buckets") or HALVES)
    if bucket then headers:add(header, bucket) end
  end
  handle:clearRouteCache()
end
