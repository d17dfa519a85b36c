local json = require("json")

test("reads every kind of value", function(t)
  local value = json.decode([[ {"s": "a", "n": -1.5e2, "i": 17, "t": true, "f": false, "z": null,
    "l": [1, [], {}], "o": {"k": "v"}} ]])
  t:expect(value.s):equals("a")
  t:expect(value.n):equals(-150)
  t:expect(value.i):equals(17)
  t:expect(value.t):is_true()
  t:expect(value.f):is_false()
  t:expect(value.z == json.null):is_true()
  t:expect(#value.l):equals(3)
  t:expect(value.l[1]):equals(1)
  t:expect(value.o.k):equals("v")
end)

test("reads bare values", function(t)
  t:expect(json.decode("0")):equals(0)
  t:expect(json.decode('""')):equals("")
  t:expect(json.decode(" true\n")):is_true()
  t:expect(json.decode("false")):is_false()
end)

test("reads escapes, and pairs of them beyond the first plane", function(t)
  t:expect(json.decode([["\"\\\/\b\f\n\r\t"]])):equals('"\\/\b\f\n\r\t')
  t:expect(json.decode([["\u0041\u00e9\u20AC\ud83d\ude00"]])):equals("A\195\169\226\130\172\240\159\152\128")
  t:expect(json.decode('"\195\169\127"')):equals("\195\169\127")
end)

test("refuses what is not JSON", function(t)
  for _, text in ipairs {
    "", " ", "{", "[", "[1,]", "[1 2]", "{,}", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}", '{1:1}',
    "01", "-", "+1", "1.", ".5", "1e", "nul", "True",
    '"', '"a', '"\\x"', '"\\u12"', '"\\ud83d"', '"\\ude00"', '"\\ud83d\\u0041"', '"\n"', "1 2", "{} x", "NaN", "'a'",
  } do
    local value, reason = json.decode(text)
    t:expect(value):is_nil()
    t:expect(reason):matches("at byte %d+$")
  end
end)

test("says where", function(t)
  local _, reason = json.decode('{"a": 1, "b": x}')
  t:expect(reason):equals("unexpected character at byte 15")
end)

test("stops at a depth of 64", function(t)
  t:expect(type(json.decode(("["):rep(64) .. ("]"):rep(64)))):equals("table")
  local value, reason = json.decode(("["):rep(100000))
  t:expect(value):is_nil()
  t:expect(reason):contains("too deep")
end)
