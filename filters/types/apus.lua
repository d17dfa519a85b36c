---@meta
-- What a filter's script can call, for the Lua language server: name this folder in `workspace.library`. One class for
-- each object that the proxy hands out; what differs from Envoy says so. Objects are void once the script has waited
-- (httpCall, body, bodyChunks, trailers): take them from the handle again.

---@alias Scalar string | number | boolean
---@alias HeaderTable table<string, string | string[]> names, pseudo headers (`:status`) too, and a value or several
---@alias HashName "sha1" | "sha224" | "sha256" | "sha384" | "sha512"

--- Runs on each request, before it goes on; may be `on_request` instead, or a field of the table the script returns.
---@param handle Handle
function envoy_on_request(handle) end

--- Runs on each answer, those of the proxy itself as well; may be `on_response` instead, or a field of the same table.
---@param handle Handle
function envoy_on_response(handle) end

---@class EnvoyTimestampResolution
---@field MILLISECOND integer for `timestamp` and `timestampString`
---@field MICROSECOND integer for `timestampString`
EnvoyTimestampResolution = {}

-- Every object can write to the log ------------------------------------------------------------------------------

---@class Logger
local Logger = {}

---@param message string
function Logger:logTrace(message) end

---@param message string
function Logger:logDebug(message) end

---@param message string
function Logger:logInfo(message) end

---@param message string
function Logger:logWarn(message) end

---@param message string
function Logger:logErr(message) end

---@param message string
function Logger:logCritical(message) end

-- The stream -----------------------------------------------------------------------------------------------------

--- One request or one answer, for as long as its script runs.
---@class Handle: Logger
local Handle = {}

--- The headers of this request or answer; they can be changed until the first wait in bodyChunks.
---@return Headers
function Handle:headers() end

--- The headers of the request, also while its answer is at hand.
---@return Headers
function Handle:requestHeaders() end

--- Waits for the whole body; nil without one, unless `always` is true.
---@param always? boolean
---@return Buffer?
function Handle:body(always) end

--- Iterates over pieces of the body as they come; none is kept, and an empty one may be the last. A piece during which
--- the script waits for a call is held back until the script has gone on, and those behind it wait in order.
---@return fun(): Buffer?
function Handle:bodyChunks() end

--- The trailers, once the body has been read; nil without any.
---@return Trailers?
function Handle:trailers() end

--- Answers the request and ends the script; only for requests, while their headers are still here.
---@param headers HeaderTable `:status` is required, 200 to 599
---@param body? string
function Handle:respond(headers, body) end

--- Sends a request to a cluster and waits for its answer; when it fails, that is a 503.
---@param cluster string
---@param headers HeaderTable `:method`, `:path` and `:authority` are required
---@param body? string
---@param options integer | CallOptions milliseconds until the call is given up (0: never), or a table
---@param asynchronous? boolean true does not wait, and returns nothing; only with milliseconds
---@return table<string, string | string[]> headers of the answer, `:status` too
---@return string? body nil when it is empty
function Handle:httpCall(cluster, headers, body, options, asynchronous) end

--- The metadata of the route, under the name of this filter.
---@return Metadata
function Handle:metadata() end

--- The settings of this route (`filter_context`); empty without any. Envoy has them through `get` only.
---@return Metadata
function Handle:filterContext() end

--- Facts about this request.
---@return StreamInfo
function Handle:streamInfo() end

--- The client's connection.
---@return Connection
function Handle:connection() end

--- Facts about the client's connection.
---@return ConnectionStreamInfo
function Handle:connectionStreamInfo() end

--- The route that the request has now.
---@return Route
function Handle:route() end

--- The virtual host that the request has now.
---@return VirtualHost
function Handle:virtualHost() end

--- Has the route found again, with the headers as they are now; does nothing for answers.
function Handle:clearRouteCache() end

--- Sends this request to one address of its cluster; with `strict`, or else to none (503).
---@param host string address and port
---@param strict? boolean default false
function Handle:setUpstreamOverrideHost(host, strict) end

--- Reads a public key (SubjectPublicKeyInfo, DER); one for each script run.
---@param der string
---@param length integer
---@return PublicKey
function Handle:importPublicKey(der, length) end

--- Whether a signature (RSA PKCS #1, or ECDSA as DER) is genuine; false and the reason when not.
---@param hash HashName
---@param key string what `PublicKey:get()` gives
---@param signature string
---@param signature_length integer
---@param data string
---@param data_length integer
---@return boolean
---@return string?
function Handle:verifySignature(hash, key, signature, signature_length, data, data_length) end

--- Base64 of any bytes, padded.
---@param bytes string
---@return string
function Handle:base64Escape(bytes) end

--- Bytes of base64 in the standard alphabet, padded or not; nil when malformed.
---@param text string
---@return string?
function Handle:base64Decode(text) end

--- Milliseconds since 1970.
---@param resolution? integer EnvoyTimestampResolution.MILLISECOND
---@return integer
function Handle:timestamp(resolution) end

--- Milliseconds or microseconds since 1970, as text.
---@param resolution? integer default EnvoyTimestampResolution.MILLISECOND
---@return string
function Handle:timestampString(resolution) end

--- Counters and the like of this script, under the filter's prefix.
---@return Stats
function Handle:stats() end

--- A store that all workers share, for this filter. Envoy does not have it.
---@return Shared
function Handle:shared() end

--- Options of `httpCall`.
---@class CallOptions
---@field asynchronous? boolean
---@field timeout_ms? integer
---@field trace_sampled? boolean
---@field return_duplicate_headers? boolean true gives lists for names that the answer has several times
---@field send_xff? boolean default true

-- Headers and bodies ---------------------------------------------------------------------------------------------

--- Header fields in order; names in any case. `pairs` iterates over all; finish that before changing any.
---@class Headers: Logger
local Headers = {}

--- All values of a name, joined by commas; nil without one.
---@param name string
---@return string?
function Headers:get(name) end

--- One value of a name, counted from 0; nil beyond.
---@param name string
---@param index integer
---@return string?
function Headers:getAtIndex(name, index) end

--- How many values a name has.
---@param name string
---@return integer
function Headers:getNumValues(name) end

--- Adds a field.
---@param name string
---@param value string
function Headers:add(name, value) end

--- Makes this the only value of a name.
---@param name string
---@param value string
function Headers:replace(name, value) end

--- Removes every field of a name.
---@param name string
function Headers:remove(name) end

--- The words after the status of an HTTP/1 answer.
---@param phrase string
function Headers:setHttp1ReasonPhrase(phrase) end

--- Trailer fields: as headers.
---@class Trailers: Headers
local Trailers = {}

--- A body, or a piece of one.
---@class Buffer: Logger
local Buffer = {}

--- Its size in bytes.
---@return integer
function Buffer:length() end

--- Some of its bytes, counted from 0; an error when they are not all there.
---@param index integer
---@param length integer
---@return string
function Buffer:getBytes(index, length) end

--- Puts other bytes in its place; content-length follows while the headers are still here.
---@param bytes string
---@return integer length of the new bytes
function Buffer:setBytes(bytes) end

-- Metadata -------------------------------------------------------------------------------------------------------

--- Values by key, from the configuration; `pairs` iterates over all.
---@class Metadata: Logger
local Metadata = {}

--- A value; numbers are doubles, lists count from 1, nil without one.
---@param key string
---@return Scalar | table | nil
function Metadata:get(key) end

--- Metadata that filters leave for those after them; `pairs` iterates over all.
---@class DynamicMetadata: Logger
local DynamicMetadata = {}

--- Everything under a filter's name; nil without anything.
---@param filter string
---@return table?
function DynamicMetadata:get(filter) end

--- Sets one value under a filter's name; not for `connectionStreamInfo`.
---@param filter string
---@param key string
---@param value Scalar | table | nil
function DynamicMetadata:set(filter, key, value) end

--- State that filters leave for those after them, as text.
---@class FilterState: Logger
local FilterState = {}

--- A state, or one field of it; nil without it.
---@param name string
---@param field? string
---@return string?
function FilterState:get(name, field) end

--- Makes a state with a factory that the proxy has.
---@param name string
---@param factory string `envoy.string` or `envoy.hashable_string`
---@param value string
function FilterState:set(name, factory, value) end

-- Facts ----------------------------------------------------------------------------------------------------------

--- Facts about one request.
---@class StreamInfo: Logger
local StreamInfo = {}

--- HTTP/1.0, HTTP/1.1, HTTP/2 or HTTP/3.
---@return string
function StreamInfo:protocol() end

--- The route's name; empty without one.
---@return string
function StreamInfo:routeName() end

--- The virtual cluster's name; empty without one.
---@return string
function StreamInfo:virtualClusterName() end

--- The address and port that the client reached.
---@return string
function StreamInfo:downstreamLocalAddress() end

--- The address and port of the socket that the client reached.
---@return string
function StreamInfo:downstreamDirectLocalAddress() end

--- The client's address and port, by x-forwarded-for where that is trusted.
---@return string
function StreamInfo:downstreamRemoteAddress() end

--- The address and port of the connection's other end.
---@return string
function StreamInfo:downstreamDirectRemoteAddress() end

--- The name that the client asked for in TLS; empty without one.
---@return string
function StreamInfo:requestedServerName() end

--- The client's TLS; nil in clear text.
---@return Ssl?
function StreamInfo:downstreamSslConnection() end

---@return DynamicMetadata
function StreamInfo:dynamicMetadata() end

--- Typed metadata of a filter; nil without it.
---@param filter string
---@return table?
function StreamInfo:dynamicTypedMetadata(filter) end

---@return FilterState
function StreamInfo:filterState() end

--- Closes the client's connection once this request is done.
function StreamInfo:drainConnectionUponCompletion() end

--- Facts about the client's connection, for all its requests.
---@class ConnectionStreamInfo: Logger
local ConnectionStreamInfo = {}

--- What listener filters know of the connection.
---@return Metadata
function ConnectionStreamInfo:dynamicMetadata() end

--- Typed metadata of a filter; nil without it.
---@param filter string
---@return table?
function ConnectionStreamInfo:dynamicTypedMetadata(filter) end

---@class Connection: Logger
local Connection = {}

--- The client's TLS; nil in clear text. `streamInfo():downstreamSslConnection()` is the same.
---@return Ssl?
function Connection:ssl() end

---@class Route: Logger
local Route = {}

--- The metadata of the route, under the name of this filter.
---@return Metadata
function Route:metadata() end

---@class VirtualHost: Logger
local VirtualHost = {}

--- The metadata of the virtual host, under the name of this filter.
---@return Metadata
function VirtualHost:metadata() end

-- TLS and keys ---------------------------------------------------------------------------------------------------

--- A TLS connection. Texts are empty and lists are without entries where a certificate does not say.
---@class Ssl: Logger
local Ssl = {}

---@return boolean
function Ssl:peerCertificatePresented() end

--- False for a resumed session.
---@return boolean
function Ssl:peerCertificateValidated() end

---@return string[]
function Ssl:uriSanLocalCertificate() end

--- In hexadecimal digits.
---@return string
function Ssl:sha256PeerCertificateDigest() end

---@return string
function Ssl:serialNumberPeerCertificate() end

--- As RFC 2253 writes names.
---@return string
function Ssl:issuerPeerCertificate() end

--- As RFC 2253 writes names.
---@return string
function Ssl:subjectPeerCertificate() end

--- Nil without a certificate.
---@return ParsedName?
function Ssl:parsedSubjectPeerCertificate() end

---@return string[]
function Ssl:uriSanPeerCertificate() end

--- As RFC 2253 writes names.
---@return string
function Ssl:subjectLocalCertificate() end

---@return string
function Ssl:urlEncodedPemEncodedPeerCertificate() end

---@return string
function Ssl:urlEncodedPemEncodedPeerCertificateChain() end

---@return string[]
function Ssl:dnsSansPeerCertificate() end

---@return string[]
function Ssl:dnsSansLocalCertificate() end

---@return string[]
function Ssl:oidsPeerCertificate() end

---@return string[]
function Ssl:oidsLocalCertificate() end

--- Seconds since 1970; 0 without a certificate.
---@return integer
function Ssl:validFromPeerCertificate() end

--- Seconds since 1970; 0 without a certificate.
---@return integer
function Ssl:expirationPeerCertificate() end

--- In hexadecimal digits.
---@return string
function Ssl:sessionId() end

--- In hexadecimal digits; 0xffff without one.
---@return string
function Ssl:ciphersuiteId() end

--- OpenSSL's name.
---@return string
function Ssl:ciphersuiteString() end

--- Such as TLSv1.3.
---@return string
function Ssl:tlsVersion() end

--- The parts of a certificate's name.
---@class ParsedName: Logger
local ParsedName = {}

--- CN; empty without one.
---@return string
function ParsedName:commonName() end

--- Every O.
---@return string[]
function ParsedName:organizationName() end

--- A key for `verifySignature`.
---@class PublicKey: Logger
local PublicKey = {}

--- What `verifySignature` takes; nil when the key could not be read.
---@return string?
function PublicKey:get() end

-- Counting and keeping -------------------------------------------------------------------------------------------

---@class Stats: Logger
local Stats = {}

---@param name string
---@return Counter
function Stats:counter(name) end

---@param name string
---@return Gauge
function Stats:gauge(name) end

---@param name string
---@param unit? "ms" | "milliseconds" | "microseconds" | "nanoseconds" | "bytes" | "unspecified"
---@return Histogram
function Stats:histogram(name, unit) end

---@class Counter: Logger
local Counter = {}

function Counter:inc() end

---@param amount integer not below 0
function Counter:add(amount) end

---@return integer
function Counter:value() end

---@class Gauge: Logger
local Gauge = {}

function Gauge:inc() end

function Gauge:dec() end

---@param amount integer
function Gauge:add(amount) end

---@param amount integer
function Gauge:sub(amount) end

---@param value integer
function Gauge:set(value) end

---@return integer
function Gauge:value() end

---@class Histogram: Logger
local Histogram = {}

---@param value integer
function Histogram:recordValue(value) end

--- Values that all workers share, for one filter; bounded, so that a value may be gone before its time.
---@class Shared: Logger
local Shared = {}

--- A value; nil without one, or once its time has passed.
---@param key string
---@return Scalar?
function Shared:get(key) end

--- Keeps a value, nil for none; for good without a time.
---@param key string
---@param value Scalar?
---@param ttl_seconds? number
function Shared:set(key, value, ttl_seconds) end

--- Adds to a number, which begins at 0, in one step for all workers; its time counts from when it began.
---@param key string
---@param by? number default 1
---@param ttl_seconds? number
---@return number value after the addition
function Shared:incr(key, by, ttl_seconds) end
