local base64 = require("base64")

test("gives the examples of RFC 4648", function(t)
  local examples = {
    [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==", fooba = "Zm9vYmE=", foobar = "Zm9vYmFy",
  }
  for bytes, text in pairs(examples) do
    t:expect(base64.encode(bytes)):equals(text)
    t:expect(base64.decode(text)):equals(bytes)
  end
end)

test("keeps every byte, in both alphabets", function(t)
  local bytes = {}
  for byte = 0, 255 do bytes[#bytes + 1] = string.char(byte) end
  local all = table.concat(bytes)
  t:expect(base64.decode(base64.encode(all))):equals(all)
  t:expect(base64.decode_url(base64.encode_url(all))):equals(all)
end)

test("has no padding, + or / in URLs", function(t)
  t:expect(base64.encode_url("\251\255\254")):equals("-__-")
  t:expect(base64.encode_url("f")):equals("Zg")
  t:expect(base64.decode_url("Zg==")):is_nil()
  t:expect(base64.decode_url("+//+")):is_nil()
  t:expect(base64.decode("-__-")):is_nil()
end)

test("allows line breaks in the standard alphabet only", function(t)
  t:expect(base64.decode("Zm9v\n  YmFy\n")):equals("foobar")
  t:expect(base64.decode_url("Zm9v\nYmFy")):is_nil()
end)

test("refuses what is cut short, foreign or has bits left over", function(t)
  for _, text in ipairs { "Z", "Zg", "Zg=", "Zm9vY", "Zm9!", "Z===", "====", "Zh==", "Zm9=" , "=Zg=" } do
    t:expect(base64.decode(text)):is_nil()
  end
  t:expect(base64.decode_url("Zh")):is_nil()
  t:expect(base64.decode_url("Z")):is_nil()
end)
