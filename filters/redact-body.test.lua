local CARD = "4111111111111111"

local function answer(t, body, headers, context)
  headers = headers or { ["content-type"] = "text/plain" }
  return t:request({ context = context }):respond { status = 200, headers = headers, body = body }.body
end

test("masks all but the last four digits", function(t)
  t:expect(answer(t, "card " .. CARD .. ".")):equals("card ************1111.")
  t:expect(answer(t, CARD)):equals("************1111")
end)

test("masks groups with spaces or dashes, and keeps those", function(t)
  t:expect(answer(t, "4111 1111 1111 1111!")):equals("**** **** **** 1111!")
  t:expect(answer(t, "5500-0055-5555-5559 x")):equals("****-****-****-5559 x")
  t:expect(answer(t, "3782 822463 10005")):equals("**** ****** *0005")
  t:expect(answer(t, "4111 1111 1111 1111 12/29")):equals("**** **** **** 1111 12/29")
end)

test("masks a number however chunks split it", function(t)
  local text = "pay 4111 1111 1111 1111, thanks"
  for at = 1, #text - 1 do
    t:expect(answer(t, { text:sub(1, at), text:sub(at + 1) })):equals("pay **** **** **** 1111, thanks")
  end
  local bytes = {}
  for byte in text:gmatch(".") do bytes[#bytes + 1] = byte end
  t:expect(answer(t, bytes)):equals("pay **** **** **** 1111, thanks")
end)

test("lets nothing behind at the end of a body", function(t)
  t:expect(answer(t, { "a 4111", "1111", "1111", "1111" })):equals("a ************1111")
  t:expect(answer(t, { "a 4111", "1111" })):equals("a 41111111")
  t:expect(answer(t, { "a ", "7" })):equals("a 7")
  t:expect(answer(t, { "12", " ", "34" })):equals("12 34")
end)

test("leaves numbers alone that are no cards", function(t)
  for _, text in ipairs {
    "4111111111111112", "1700000000000", "411111111111", "41111111111111111111", "2024-01-01 12-30-45",
    "4111  1111  1111  1111", "",
  } do
    t:expect(answer(t, text)):equals(text)
  end
end)

test("does not take the first part of a longer number for a card", function(t)
  t:expect(answer(t, { CARD, "2345" })):equals(CARD .. "2345")
  t:expect(answer(t, { "9" .. CARD:sub(1, 8), CARD:sub(9) })):equals("9" .. CARD)
end)

test("masks every card of a long list", function(t)
  local cards, masked = {}, {}
  for index = 1, 200 do cards[index], masked[index] = "4111 1111 1111 1111", "**** **** **** 1111" end
  local text = table.concat(cards, " ")
  t:expect(answer(t, { text:sub(1, 1001), text:sub(1002, 1010), text:sub(1011) })):equals(table.concat(masked, " "))
end)

test("keeps the length, so that content-length stays right", function(t)
  local response = t:request({}):respond {
    status = 200, headers = { ["content-type"] = "application/json", ["content-length"] = "24" },
    body = '{"n":"' .. CARD .. '"}',
  }
  t:expect(response.body):equals('{"n":"************1111"}')
  t:expect(response.headers["content-length"]):equals("24")
end)

test("leaves other kinds of bodies alone", function(t)
  t:expect(answer(t, CARD, {})):equals(CARD)
  t:expect(answer(t, CARD, { ["content-type"] = "image/png" })):equals(CARD)
  t:expect(answer(t, CARD, { ["content-type"] = "text/html", ["content-encoding"] = "gzip" })):equals(CARD)
  t:expect(answer(t, CARD, { ["content-type"] = "text/html", trailer = "x-sum" })):equals(CARD)
  t:expect(answer(t, CARD, { ["content-type"] = "Text/HTML; charset=utf-8" })):equals("************1111")
  t:expect(answer(t, CARD, { ["content-type"] = "text/html" }, { types = { "image/" } })):equals(CARD)
end)

test("copes with an answer without a body", function(t)
  t:expect(answer(t, nil)):is_nil()
end)

test("is not slowed down by digits without end", function(t)
  local digits = ("4"):rep(100000)
  t:expect(answer(t, { digits, digits })):equals(digits .. digits)
end)
