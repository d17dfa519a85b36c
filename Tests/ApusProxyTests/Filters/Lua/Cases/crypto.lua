local function bytes(hex) return (hex:gsub("..", function(two) return string.char(tonumber(two, 16)) end)) end
local key = bytes("30820122300d06092a864886f70d01010105000382010f003082010a0282010100d71b9e91353d89d97835d4834a5902b50dd7310339e70e9a1b4197b937e829556176c160e0d615cb251e27f06f61fa45c9ff8b901fd6201c83dcb723d5f77b83e73b3ace4aa3d3390d54497aa30244d115eb2a0bfd6634b21e20ca476a782fb43b84ed3d1462ba1cdde052f60f9e49d820d69450f784037a722250a56353aa5a7daeb2671a2d2ef5fe0d9806c414f79a2f3f95d9dc8dc6045ec21e3a206d8003b70c14638575f835aff9a1075561f32129460b43e23d084f76673d2f812e1e45e14261791b8166477b899f2a232840100e44f69c19f4ddca6f395a566e03e5b62027a59cf380f73d5022f4eac98dc7f216b38a2901511c1508a207cac20328590203010001")
local signature = bytes("46ef9f9c560738b2f195de03e3a4b433d00d69057623e6f95b45c3db67431450bd1b18d465df36a8765d2ecd52cb2fb07c6eceeb52a2cd259e4e0b680c56d3038668070fcf988d58b91a80b5eb1f51532d5e6e6c7ca90f9e23c27cbdbb141bc9910ff2629f6efe8e9ea5d1ca53bd4098570989546798be2417bc1f33b77387fda4e5a1de6af9bf7f4a1635469ee69ac6c0ee34dd9605a8c310aaca6f83572339c90f0c46c06a453a807a82fca7d5fa4c6d43c668f7311b60dff18d3b223924d0447c3a2ecb5d5dd5f2a68f65e1d9eb5500208327632dea8f95263afa283c4e8868b2be0b9af4fd48919a891283a02776a84c99224adacd47c698161621022e72")
local text = "the signed text"

right("Handle:importPublicKey", "gives a key", "userdata", function(h) return type(h:importPublicKey(key, #key)) end)
wrong("Handle:importPublicKey", "bytes that are no key", "nil", function(h) return h:importPublicKey("nonsense", 8):get() end)
wrong("Handle:importPublicKey", "a length beyond the bytes", "no value", function(h) local x = h:importPublicKey("abc", 99) end, { apus = "error: the length is beyond the end of the bytes" })
wrong("Handle:importPublicKey", "no length", "error: bad argument #2 to 'importPublicKey' (number expected, got no value)", function(h) local x = h:importPublicKey(key) end)
wrong("Handle:importPublicKey", "no bytes", "error: bad argument #1 to 'importPublicKey' (string expected, got nil)", function(h) local x = h:importPublicKey(nil, 0) end)
wrong("Handle:importPublicKey", "a length below nothing", "error: C++ exception", function(h) local x = h:importPublicKey(key, -1) end, { apus = "error: the length is beyond the end of the bytes" })
right("Handle:importPublicKey", "twice gives the first", "true", function(h)
  local first = h:importPublicKey(key, #key):get()
  return h:importPublicKey("nonsense", 8):get() == first
end)
-- Envoy gives what stands before the first zero, and knows the key by that.
right("PublicKey:get", "gives the bytes", "false", function(h) return h:importPublicKey(key, #key):get() == key end, { apus = "true" })
wrong("PublicKey:get", "called with a dot", "error: not called on its object", function(h) local x = h:importPublicKey(key, #key).get() end)
right("Handle:verifySignature", "of a good one", "true, nil", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("sha256", public:get(), signature, #signature, text, #text)
  return ok, problem
end)
right("Handle:verifySignature", "the hash in capitals", "true, nil", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("SHA256", public:get(), signature, #signature, text, #text)
  return ok, problem
end)
wrong("Handle:verifySignature", "of another text", "false, Failed to verify digest. Error code: 0", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("sha256", public:get(), signature, #signature, "another", 7)
  return ok, problem
end)
wrong("Handle:verifySignature", "a hash that is none", "false, md9 is not supported.", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("md9", public:get(), signature, #signature, text, #text)
  return ok, problem
end)
wrong("Handle:verifySignature", "the key itself", "error: bad argument #2 to 'verifySignature' (string expected, got userdata)", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("sha256", public, signature, #signature, text, #text)
end)
wrong("Handle:verifySignature", "a key that was not imported", "error: invalid public key", function(h)
  local ok, problem = h:verifySignature("sha256", "nonsense", signature, #signature, text, #text)
  return ok, problem
end)
wrong("Handle:verifySignature", "the bytes of a key that was not imported", "error: invalid public key", function(h)
  local ok, problem = h:verifySignature("sha256", key, signature, #signature, text, #text)
  return ok, problem
end)
wrong("Handle:verifySignature", "no key", "error: bad argument #2 to 'verifySignature' (string expected, got nil)", function(h)
  local ok, problem = h:verifySignature("sha256", nil, signature, #signature, text, #text)
end)
wrong("Handle:verifySignature", "no lengths", "error: bad argument #4 to 'verifySignature' (number expected, got no value)", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("sha256", public:get(), signature)
end)
wrong("Handle:verifySignature", "a signature cut short", "false, Failed to verify digest. Error code: 0", function(h)
  local public = h:importPublicKey(key, #key)
  local ok, problem = h:verifySignature("sha256", public:get(), signature, 10, text, #text)
  return ok, problem
end)
for _, name in ipairs({ "sha1", "sha384", "sha512" }) do
  wrong("Handle:verifySignature", "of another hash, " .. name, "false, Failed to verify digest. Error code: 0", function(h)
    local public = h:importPublicKey(key, #key)
    local ok, problem = h:verifySignature(name, public:get(), signature, #signature, text, #text)
    return ok, problem
  end)
end
