import CLua
import Crypto
import CryptoExtras
import Foundation

// importPublicKey(der, length) and verifySignature(hash, key, signature, length, data, length).

extension LuaRun {
    func importPublicKey(_ L: OpaquePointer) -> Int32 {
        if let problem = badText(L, 2, 3, .importPublicKey) { return problem }
        guard let der = prefix(L, 2, 3) else { return fail(L, Self.badLength) }
        // Until the script waits, what was imported first is given again.
        if keysGeneration == raw.pointee.objects, let last = keys.indices.last {
            return push(.publicKey, L, Int64(last))
        }
        keys.append(state.publicKey(der))
        keysGeneration = raw.pointee.objects
        return push(.publicKey, L, Int64(keys.count - 1))
    }

    func publicKeyGet(_ L: OpaquePointer) -> Int32 {
        guard let detail = apus_lua_to_object(L, 1)?.pointee.detail, keys.indices.contains(Int(detail)),
            keys[Int(detail)].isUsable
        else {
            lua_pushnil(L)
            return 1
        }
        keys[Int(detail)].der.withUnsafeBufferPointer { luaPush(L, $0) }
        return 1
    }

    func verifySignature(_ L: OpaquePointer) -> Int32 {
        for index: Int32 in 2...3 where !isText(L, index) { return badArgument(L, index - 1, .verifySignature) }
        if let problem = badText(L, 4, 5, .verifySignature) ?? badText(L, 6, 7, .verifySignature) { return problem }
        guard let hash = luaText(L, 2), let signature = prefix(L, 4, 5), let data = prefix(L, 6, 7) else {
            return fail(L, Self.badLength)
        }
        // The bytes of a key that this run has imported.
        guard let der = luaBytes(L, 3), let key = keys.first(where: { $0.isUsable && $0.der.elementsEqual(der) }) else {
            return fail(L, "invalid public key")
        }
        let problem = key.problem(hash: hash.lowercased(), signature: signature, data: data)
        lua_pushboolean(L, problem == nil ? 1 : 0)
        if let problem { luaPush(L, problem) } else { lua_pushnil(L) }
        return 2
    }

    private static let badLength = "the length is beyond the end of the bytes"

    /// What is wrong with a string and its length.
    private func badText(_ L: OpaquePointer, _ index: Int32, _ length: Int32, _ method: LuaMethod) -> Int32? {
        if !isText(L, index) { return badArgument(L, index - 1, method) }
        var isNumber: Int32 = 0
        _ = apus_lua_integer(L, length, &isNumber)
        return isNumber == 0 ? badArgument(L, length - 1, method, "number") : nil
    }

    /// The first so many bytes of a string; nil where the length goes beyond it.
    private func prefix(_ L: OpaquePointer, _ index: Int32, _ lengthIndex: Int32) -> [UInt8]? {
        var isNumber: Int32 = 0
        let length = apus_lua_integer(L, lengthIndex, &isNumber)
        guard let bytes = luaBytes(L, index), isNumber != 0, length >= 0, length <= bytes.count else { return nil }
        return [UInt8](bytes.prefix(Int(length)))
    }
}

/// A public key as scripts import it (SubjectPublicKeyInfo in DER, RFC 5280, 4.1): RSA, or a curve of NIST's.
struct LuaPublicKey {
    let der: [UInt8]
    private let kind: Kind

    private enum Kind {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case unusable
    }

    init(_ der: [UInt8]) {
        self.der = der
        let data = Data(der)
        // Keys of less than 2048 bits can be forged today, but whoever still has one has to be able to check it.
        if let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: data) {
            kind = .rsa(key)
        } else if let key = try? P256.Signing.PublicKey(derRepresentation: data) {
            kind = .p256(key)
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: data) {
            kind = .p384(key)
        } else if let key = try? P521.Signing.PublicKey(derRepresentation: data) {
            kind = .p521(key)
        } else {
            kind = .unusable
        }
    }

    var isUsable: Bool { if case .unusable = kind { false } else { true } }

    /// nil when the signature is good; else what is wrong.
    func problem(hash: String, signature: [UInt8], data: [UInt8]) -> String? {
        guard isUsable else { return "invalid public key" }
        return switch hash {
        case "sha1": check(Insecure.SHA1.hash(data: data), signature)
        case "sha256": check(SHA256.hash(data: data), signature)
        case "sha384": check(SHA384.hash(data: data), signature)
        case "sha512": check(SHA512.hash(data: data), signature)
        default: "\(hash) is not supported."
        }
    }

    private func check(_ digest: some Digest, _ signature: [UInt8]) -> String? {
        let good: Bool
        switch kind {
        case .rsa(let key):
            good = key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: digest, padding: .insecurePKCS1v1_5)
        case .p256(let key):
            good =
                (try? P256.Signing.ECDSASignature(derRepresentation: signature)).map {
                    key.isValidSignature($0, for: digest)
                } ?? false
        case .p384(let key):
            good =
                (try? P384.Signing.ECDSASignature(derRepresentation: signature)).map {
                    key.isValidSignature($0, for: digest)
                } ?? false
        case .p521(let key):
            good =
                (try? P521.Signing.ECDSASignature(derRepresentation: signature)).map {
                    key.isValidSignature($0, for: digest)
                } ?? false
        case .unusable: good = false
        }
        return good ? nil : "Failed to verify digest. Error code: 0"
    }
}
