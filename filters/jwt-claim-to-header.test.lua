-- Tokens signed with keys made for these tests alone. They are good from 2023-11-14 22:13:20 on, for ten minutes.

local function packed(text) return (text:gsub("%s", "")) end

local KEY = packed [[
  MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAh//LnakAjiMRg4o+FF2Acgh92Jwv4cgn244l8wDLUAhssEC1ZrvrPPzRzQhzs/q7tm
  C3/ZWxt0S5j7Fy2zZ4h5+8yNvO8HmZ8HQ89W8EBfss+2sLmYBh5AGyzHNWj8mCc+xlpwcWpmkRWm0DHTaaIFBNp7UNyeohnkxeohIvunx5gsCa
  vZBgWGcSyFn/ugxTKpnjhxTNdnetKgDV6u7WYd1sfWbuJbBosbbMaY9RBef8Vlb2qq/Zi1LGf021Zh3LIFqcUFagSenu7qGyht8SQchx6lWvVj
  AD26aT8ftVh40N4rdQJptl/+WtOhXaqhsIsTtLRZ1sj/748ZyIIPB9EQIDAQAB
]]
local OTHER_KEY = packed [[
  MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1k17UY6T2uhgFrz9DAhAdCzmB95TcR0bhk72E79mn0MxzuG7WQt9xwiwKJldS/K2j2
  W9CKxsFg7t1ck1SJkFzbm4Bg1n3NayMd/pA7Hyb6xNYe8Iodn0/fnbe4PrW0piXN3J5ZTA5EQMy6O1OtNUmJmZAqAQYIMsCOiatjw6HKA8Y1Pa
  +O8wHoWFFfy0r0EJlaeE/DGkYpCNOzhIuqQDt0ucvRKkkrxKbXiKUP2F271kO4laQX38lNLyEUjP3ICR4R7ltoQ4UUlbkOobgx8W4g9CcMbK/q
  ImlyWj6zUevK/pSHpRlwmcGsqYKg0bXcuv4uUunTNMRde3mfMbsCie0QIDAQAB
]]
-- iss https://id.example.com, aud [shop, mail], sub ann, level 7, admin true, evil with a line break, roles [a]
local GOOD = packed [[
  eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIiwiYXVkIjpbInNob3AiLCJtYWlsIl0sI
  nN1YiI6ImFubiIsImV4cCI6MTcwMDAwMDYwMCwibmJmIjoxNjk5OTk5MDAwLCJsZXZlbCI6NywiYWRtaW4iOnRydWUsImV2aWwiOiJhXHJcbng
  tYWRtaW46IDEiLCJyb2xlcyI6WyJhIl19.VM07v9CXI4DnPX_mnENP5mexcpvBmWPgVCb-lpj85yhavVdV_NnrvFX-fxn5yfmu_kxltqJTv4Uv
  u03lGTbOjJ3u3iRs-Q-zgQektlVbPz4tCkUG8xdDeypd9pW7sjVeof3JR1FtY5ob8vC0iIV-WprXtu8B1t-oFUBMM7thZLTzbSdFlX3UNxNAZm
  edjA2pQkstkO-8PnkXM1TA9fCHUftizm02mp6cBlFRxvYgBr2fjme6B15rTA4xd4YBxrpht5hWzwg0CW93YFiwDWjZZfDh3c2nZYHIUdJ9Tf6U
  4NH9j0m3BTtnJ3IadZS9_Ze1SYhixSSqDaGEk32JYl6lqA
]]
local FORGED = packed [[
  eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJldmUiLCJleHAiOjE3MDAwMDA2MDB9.NmytX3Q495uSpX7ed3cOHj2zTgIrKK3p
  5aNF9AQOV2IKK5aAzOZE6v56FCpGvNyyN5AfsByClu3nUv2M4gg9Z-PGJ314PUnKCOkxS7jjuTq__3MGJcHDIir6lI2GY1D3GaJrRVE8Si1oUC
  kSQC5hVWSauQ7DAnRcxV1dHSbPTnZi2TSqjy6U3xDBIhBVJ4se7yCdKMUX0e7bJkShIv7EXUdWWAzHFyh6Kf8rbnxOgdX7K5D1uNsTcGEUF8Vb
  roKdgbh3gHGOF5QqD0_BmFasfhau644vyPmuEYanwaHqDVKKBkTOclSx251sqBLeAjCk7bIZwzNHfD3TviTGLNDv6w
]]
local ETERNAL = packed [[
  eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4ifQ.Z8WRQ6lpRLiU4Oswj_LXOkPuAA8KETZTFS9gxQ5Asat0fTGQVe5NTA
  85sPDqfC-Mhk16BqLJthZPykcue6oYmN0Xw3As82WMu1Z1fq_hjVOPUYLWrHy3uUF3rdaQoUcadLJZD3wxwBziyvYTomRbqi47c9XZQjnLWzXJ
  73RlF4-4Y_3ZUKhICj5XToP7pWhx3az-JZWC7yCrDdF587W8sZlnuJ-hispN4Lz2Bh6TXaOpxYJQI0dBJEZVTcA3PZDSvyAsyPnFRoVBcVy4Jv
  uSTq7wGos1dxDVz3PmzqeRncZOUR84k_OdnRqlq20Q0r1aeoX-rBwjbiBq9k41cVmrrQ
]]
local ODD_EXPIRY = packed [[
  eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJleHAiOiJzb29uIn0.DY7vVSUGUBRMCgGMZVFa-tKnkNiP3yDbijnnF
  ODV8J3cVJwLrZyo1sIzGvS5RmZNQy7JDEOzhGn-jzQuD5PgbHYAhHo3Ru7wFGGqcMVScNLZd0xrlRINtBrSYcRNi6ntC0OC9PYdI786Uj4gDdm
  L5O_Gx_mMr3VeRTszEKNljcdTSWeiseOeXuZmb0uC7t4sLcHgrd_BWG40pVuai6vrXG1ZJmRSn6wauORD7sRsF7duedR6935kfmy9HCi_tSBYR
  2lv-DiMIPeyeLBaAr5GabAGtFXQaQueSho1FGJUTbD13GysMM8Hk27gGYOxinowBpYmaK8D7cV7nl6D29wcmw
]]
local UNSIGNED = packed [[
  eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUiLCJleHAiOjE3MDAwMDA2MDB9.AAAA
]]
local HS256 = packed [[
  eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJldmUiLCJleHAiOjE3MDAwMDA2MDB9.blqY4SbQ7-kHxpxwwunonoNZhLxypKVvGyXJcj6kOO5Wynzu
  ciqL7IxbkfJ9mR73EVrO2J92unyfJlyCOE4JfkUN81xIh94R7eoWIKmatqKPAnp4V56sBvPxcjgf5yAEj6idhxiZ1aFY2SGizsDD2H0P6ggdiq
  uLK9TArQgXfWpKM3oR5Mn62luj9g50xDhT7I_m5YS6C26orTxYm5fRVB00a9S5pfpqwzNRCri7vN6mfe7jDmBMsS-h4lF2oxF_YMfviZIlpAQF
  0OMSJ56z5U2i92TqGqeVnvMo-Og2fzLy7z7A1NgB5H2zUAe-gh_oES6T62PtJG-wztCdoLNzYw
]]
local CRITICAL = packed [[
  eyJhbGciOiJSUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9.eyJzdWIiOiJhbm4iLCJleHAiOjE3MDAwMDA2MDB9.I4c6F5YG1XhG
  h2qQ1F7lNX0WXBQl_T0Nso5jpdB3hs-chyOgPxp7sgQTsedz0DcoRRwgX_PX_4TAlaT3Wd17aOtlYLi42AvwpBKxaZPGw2mpqz_Qh4LSdQ1_t1
  vk7QV-wQIUqgDonXd8xNV0LLiHl-fh-hw-3DyedpWoBkKINxTAyXonCZ2T8evVF4wT4y3oE4hwKrLOBBoDTptcbF4aqhfhTmC1vwYcp2i660ei
  yJxD_XG8vrvXrMhlDSfKPlkx0JY8p2owJ7SEU685rQRRsuaIFa6O6KmUJ9m5WJJWCpYXh8DuoCA1QmNtdLfUk9WJ4mODtGGSfpsoR0_4lodmtQ
]]

local function ask(t, token, context, headers)
  headers = headers or {}
  headers.authorization = token
  return t:request { headers = headers, context = context or { public_key = KEY }, now_ms = 1700000000000 }
end

test("writes the subject of a genuine token into a header", function(t)
  local request = ask(t, "Bearer " .. GOOD)
  t:expect(request.response):is_nil()
  t:expect(request.headers["x-jwt-sub"]):equals("ann")
  t:expect(request.headers.authorization):equals("Bearer " .. GOOD)
end)

test("writes the claims that the settings name, of plain kinds only", function(t)
  local claims = { sub = "x-user", level = "x-level", admin = "x-admin", roles = "x-roles", absent = "x-absent" }
  local forged = { ["x-absent"] = "forged", ["x-roles"] = "all" }
  local request = ask(t, "bearer " .. GOOD, { public_key = KEY, claims = claims }, forged)
  t:expect(request.headers["x-user"]):equals("ann")
  t:expect(request.headers["x-level"]):equals("7")
  t:expect(request.headers["x-admin"]):equals("true")
  t:expect(request.headers["x-roles"]):is_nil()
  t:expect(request.headers["x-absent"]):is_nil()
end)

test("does not let a claim break out of its header", function(t)
  local request = ask(t, "Bearer " .. GOOD, { public_key = KEY, claims = { evil = "x-evil" } })
  t:expect(request.response):is_nil()
  t:expect(request.headers["x-evil"]):is_nil()
end)

test("replaces what the client claims to be", function(t)
  local request = ask(t, "Bearer " .. GOOD, nil, { ["x-jwt-sub"] = { "eve", "root" } })
  t:expect(request:values("x-jwt-sub")):equals({ "ann" })
end)

test("refuses requests without a token", function(t)
  for _, authorization in ipairs { "", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b" } do
    t:expect(ask(t, authorization).response.status):equals(401)
  end
  local request = t:request { context = { public_key = KEY } }
  t:expect(request.response.status):equals(401)
  t:expect(request.response.headers["www-authenticate"]):equals("Bearer")
end)

test("refuses malformed tokens", function(t)
  for _, token in ipairs {
    "a", "a.b", "a.b.c", "a.b.c.d", "..", GOOD .. ".x", GOOD .. "=", GOOD:sub(1, -3), "e30.e30.AAAA", "!.!.!",
  } do
    t:expect(ask(t, "Bearer " .. token).response.status):equals(401)
  end
end)

test("refuses other keys and algorithms, none, and extensions that must be understood (RFC 7515, 4.1.11)", function(t)
  for _, token in ipairs { FORGED, UNSIGNED, HS256, CRITICAL } do
    t:expect(ask(t, "Bearer " .. token).response.status):equals(401)
  end
  t:expect(ask(t, "Bearer " .. GOOD, { public_key = OTHER_KEY }).response.status):equals(401)
end)

test("refuses a token whose payload was changed", function(t)
  local head, _, signature = GOOD:match("^([^.]+)%.([^.]+)%.([^.]+)$")
  local payload = FORGED:match("^[^.]+%.([^.]+)")
  t:expect(ask(t, "Bearer " .. head .. "." .. payload .. "." .. signature).response.status):equals(401)
end)

test("lets nothing pass without a usable key", function(t)
  for _, key in ipairs { false, "", "!", "Z2FyYmFnZQ==", 7 } do
    t:expect(ask(t, "Bearer " .. GOOD, { public_key = key or nil }).response.status):equals(401)
  end
end)

test("heeds the times of a token, with a minute of leeway", function(t)
  local function status_at(now_ms)
    local request = t:request {
      headers = { authorization = "Bearer " .. GOOD }, context = { public_key = KEY }, now_ms = now_ms,
    }
    return request.response and request.response.status
  end
  t:expect(status_at(1700000659000)):is_nil()
  t:expect(status_at(1700000661000)):equals(401)
  t:expect(status_at(1699998941000)):is_nil()
  t:expect(status_at(1699998939000)):equals(401)
end)

test("refuses tokens that never expire, or that expire at no time", function(t)
  t:expect(ask(t, "Bearer " .. ETERNAL).response.status):equals(401)
  t:expect(ask(t, "Bearer " .. ODD_EXPIRY).response.status):equals(401)
end)

test("heeds issuer and audience when they are set", function(t)
  local function passes(issuer, audience)
    return ask(t, "Bearer " .. GOOD, { public_key = KEY, issuer = issuer, audience = audience }).response == nil
  end
  t:expect(passes("https://id.example.com", "mail")):is_true()
  t:expect(passes("https://id.example.com")):is_true()
  t:expect(passes("https://id.example.org", "mail")):is_false()
  t:expect(passes(nil, "bank")):is_false()
end)
