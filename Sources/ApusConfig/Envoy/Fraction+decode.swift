extension Fraction {
    static func decode(_ field: Field) -> Fraction? {
        field.message("envoy.type.v3.FractionalPercent") { message in
            let numeratorField = message["numerator"]
            let numerator = numeratorField?.integer(UInt32.self) ?? 0
            let denominator: UInt32 =
                message["denominator"]?.choice(["HUNDRED": 100, "TEN_THOUSAND": 10_000, "MILLION": 1_000_000]) ?? 100
            if numerator > denominator { numeratorField?.warn(.moreThanAlways(numerator, of: denominator)) }
            return Fraction(numerator: numerator, denominator: denominator)
        }
    }
}

extension RuntimeFraction {
    static func decode(_ field: Field) -> RuntimeFraction? {
        field.message("envoy.config.core.v3.RuntimeFractionalPercent") { message in
            let fraction = message.required("default_value").flatMap(Fraction.decode)
            let key = message.string("runtime_key")
            return fraction.map { RuntimeFraction(defaultValue: $0, runtimeKey: key) }
        }
    }
}

extension RuntimeUInt32 {
    static func decode(_ field: Field) -> RuntimeUInt32? {
        field.message("envoy.config.core.v3.RuntimeUInt32") { message in
            RuntimeUInt32(
                defaultValue: message.uint32("default_value") ?? 0, runtimeKey: message.string("runtime_key"))
        }
    }
}

/// `envoy.type.v3.Percent`: 0 to 100.
enum Percent {
    static func decode(_ field: Field) -> Double? {
        field.message("envoy.type.v3.Percent") { message in
            message["value"].map { $0.double(in: 0...100) } ?? 0
        }
    }
}
