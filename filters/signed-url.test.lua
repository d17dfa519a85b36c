-- Signed with keys made for these tests alone; good until 2023-11-14 22:23:20.

local function packed(text) return (text:gsub("%s", "")) end

local ECDSA_KEY = packed [[
  MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB89j2imeheS9ExpSgNFiB1UR4e2JeNFP2WomeCRU/IVuAHp9HmNTYluZO3eYanym8I8plKFBDX
  zuBnRB6Xtu8Q==
]]
local RSA_KEY = packed [[
  MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAh//LnakAjiMRg4o+FF2Acgh92Jwv4cgn244l8wDLUAhssEC1ZrvrPPzRzQhzs/q7tm
  C3/ZWxt0S5j7Fy2zZ4h5+8yNvO8HmZ8HQ89W8EBfss+2sLmYBh5AGyzHNWj8mCc+xlpwcWpmkRWm0DHTaaIFBNp7UNyeohnkxeohIvunx5gsCa
  vZBgWGcSyFn/ugxTKpnjhxTNdnetKgDV6u7WYd1sfWbuJbBosbbMaY9RBef8Vlb2qq/Zi1LGf021Zh3LIFqcUFagSenu7qGyht8SQchx6lWvVj
  AD26aT8ftVh40N4rdQJptl/+WtOhXaqhsIsTtLRZ1sj/748ZyIIPB9EQIDAQAB
]]
local ECDSA_PATH = packed [[
  /film.mp4?id=7&expires=1700000600&signature=MEUCIQCKpfKmstmcdYAOczGbDHlW0LTp5SzxqbVPYhsxsOYCwAIgQWEvYnsgbpyG5-
  5zFWajn_H3U491mdOENCE6jpGXN28
]]
local RSA_PATH = packed [[
  /film.mp4?expires=1700000600&signature=d3q8QxCvIjyUBjf7YjjM3tqxoJAA0FDGG_T50Hn8nvm8NhMQHN6ot3P_5OfAZp-0YMkOuVx
  8WoT-1gcHarr_ffP8LqSd3WJ9WR7tKN--doOVut9dN5nHAJ4pHqvjSL7WY9ewIgBfgt_j0XojCYrEbvGxomGPO9NAWvb_jOkVrnCtLQ0ov8jqn
  KEvSwsoMgcrEQ-U3q-1wKlaergXiV7yznCknvX2wG2ksVjyIdt1K4pr8IEV6LORUhmPp4f227M3JZQyhzw4u2PjBoG_IaeVWF2e40KdjEqZlj9
  ymScQ3_BVHorndaEtSV-s8Xxi3WpVyE2IyCPuQSwwGrNt_a0UFQ
]]
local WITHOUT_EXPIRY = packed [[
  /film.mp4?id=7&signature=MEYCIQDC9-3qpaBqnvx0CDfdUZbdruqrkoiYHik8Dop7SZdq5gIhAJqV4syxwJQjSDkAIMaoSMEmiboEjonP8
  ijTl-356EQb
]]

local function ask(t, path, context, now_ms)
  return t:request { path = path, context = context or { public_key = ECDSA_KEY }, now_ms = now_ms or 1700000000000 }
end

test("lets a signed path pass, without expiry and signature", function(t)
  local request = ask(t, ECDSA_PATH)
  t:expect(request.response):is_nil()
  t:expect(request.path):equals("/film.mp4?id=7")
end)

test("takes RSA keys too", function(t)
  local request = ask(t, RSA_PATH, { public_key = RSA_KEY })
  t:expect(request.response):is_nil()
  t:expect(request.path):equals("/film.mp4")
end)

test("keeps the parameters if it is told to", function(t)
  t:expect(ask(t, ECDSA_PATH, { public_key = ECDSA_KEY, strip = false }).path):equals(ECDSA_PATH)
end)

test("refuses once the time has come", function(t)
  t:expect(ask(t, ECDSA_PATH, nil, 1700000599999).response):is_nil()
  t:expect(ask(t, ECDSA_PATH, nil, 1700000600000).response.status):equals(403)
end)

test("refuses what was changed after it was signed", function(t)
  local changed = {
    (ECDSA_PATH:gsub("id=7", "id=8")), (ECDSA_PATH:gsub("1700000600", "1800000600")), ECDSA_PATH .. "&id=8",
    ECDSA_PATH .. "A", "/" .. ECDSA_PATH, (ECDSA_PATH:gsub("&signature", "&expires=1800000600&signature")),
  }
  for _, path in ipairs(changed) do t:expect(ask(t, path).response.status):equals(403) end
end)

test("refuses what is not signed", function(t)
  local signature = ECDSA_PATH:match("signature=.*$")
  for _, path in ipairs {
    "/", "/film.mp4?id=7", "/film.mp4?id=7&expires=1700000600", "/film.mp4?signature=AAAA",
    "/film.mp4?expires=1700000600&signature=", "/film.mp4?expires=1700000600&signature=!",
    "/film.mp4?expires=x&" .. signature, "/film.mp4?id=7&" .. signature, WITHOUT_EXPIRY,
    "/other.mp4?expires=1700000600&" .. signature,
  } do
    t:expect(ask(t, path).response.status):equals(403)
  end
end)

test("lets nothing pass without a usable key", function(t)
  for _, key in ipairs { false, "", "!", "Z2FyYmFnZQ==", RSA_KEY } do
    t:expect(ask(t, ECDSA_PATH, { public_key = key or nil }).response.status):equals(403)
  end
end)

test("does not tell the client why", function(t)
  t:expect(ask(t, "/").response.body):equals("this link is not valid, or no longer\n")
  t:expect(t.logs[1].level):equals("debug")
  t:expect(t.logs[1].text):contains("not signed")
end)
