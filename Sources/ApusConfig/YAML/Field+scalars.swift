extension Field {
    private var scalar: (text: String, quoted: Bool)? {
        guard case .scalar(let text, let quoted) = node.content, !node.isNull else { return nil }
        return (text, quoted)
    }

    /// Protobuf's wrappers of numbers and booleans may be written as the messages that they are: `{value: 60}`.
    private var wrapped: (text: String, quoted: Bool)? {
        guard case .mapping(let entries) = node.content, entries.count == 1, entries[0].key == "value",
            case .scalar(let text, let quoted) = entries[0].value.content
        else { return scalar }
        return (text, quoted)
    }

    func string() -> String? {
        guard let (text, quoted) = scalar, quoted || !isTypedOtherwise(text) else {
            wrongType("a string")
            return nil
        }
        node.normalised = .string(text)
        return text
    }

    /// A whole number or a boolean is no string to Envoy; quotes make it one. To Istio no number is.
    private func isTypedOtherwise(_ text: String) -> Bool {
        switch YAMLNode.untyped(text, quoted: false) {
        case .bool: true
        case .number: reading.keepsSpelling || Int64(text) != nil
        default: false
        }
    }

    func nonEmptyString() -> String? {
        guard let text = string() else { return nil }
        guard !text.isEmpty else {
            report(.emptyValue)
            return nil
        }
        return text
    }

    func bool() -> Bool? {
        // To Istio a text is no switch.
        if reading.keepsSpelling, case .scalar(_, quoted: true) = node.content {
            wrongType("true or false")
            return nil
        }
        switch wrapped?.text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y":
            node.normalised = .bool(true)
            return true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N":
            node.normalised = .bool(false)
            return false
        default:
            wrongType("true or false")
            return nil
        }
    }

    /// A switch of which Envoy takes only one position; anything else has been reported when this is false.
    func onlyTrue() -> Bool {
        let isTrue = bool()
        if isTrue == false { report(.mustBeTrue) }
        return isTrue ?? false
    }

    /// A whole number; digits in quotes count too, as in protobuf's JSON.
    func integer<Number: FixedWidthInteger>(_ type: Number.Type, in range: ClosedRange<Number>? = nil) -> Number? {
        guard let (text, _) = wrapped else {
            wrongType("a number")
            return nil
        }
        guard let value = Number(text) ?? Field.hexadecimal(text) ?? Field.wholeNumber(text) else {
            if Double(text) == nil {
                wrongType("a number")
            } else {
                report(
                    .badNumber(text, lowest: "\(range?.lowerBound ?? .min)", highest: "\(range?.upperBound ?? .max)"))
            }
            return nil
        }
        if let range, !range.contains(value) {
            report(.badNumber(text, lowest: "\(range.lowerBound)", highest: "\(range.upperBound)"))
            return nil
        }
        node.normalised = Double(value).magnitude < 9e15 ? .number(Double(value)) : .string("\(value)")
        return value
    }

    /// `0x1F`, as YAML writes it.
    private static func hexadecimal<Number: FixedWidthInteger>(_ text: String) -> Number? {
        text.hasPrefix("0x") && !text.hasPrefix("0x-") && !text.hasPrefix("0x+")
            ? Number(text.dropFirst(2), radix: 16) : nil
    }

    /// `1e3` and `5.0` are whole numbers to protobuf.
    private static func wholeNumber<Number: FixedWidthInteger>(_ text: String) -> Number? {
        guard text.utf8.contains(where: { $0 == 46 || $0 == 101 || $0 == 69 }) else { return nil }
        return Double(text).flatMap { Number(exactly: $0) }
    }

    func double(in range: ClosedRange<Double>? = nil) -> Double? {
        guard let (text, _) = wrapped, let value = Double(text), value.isFinite else {
            wrongType("a number")
            return nil
        }
        if let range, !range.contains(value) {
            report(.badNumber(text, lowest: "\(range.lowerBound)", highest: "\(range.upperBound)"))
            return nil
        }
        node.normalised = .number(value)
        return value
    }

    /// `1.5s`: never negative, as Envoy has it.
    func duration(atLeast least: Duration = .zero) -> Duration? {
        guard let (text, _) = scalar else {
            wrongType("a duration such as 1.5s")
            return nil
        }
        let value: Duration
        do {
            value = try DurationText.parse(text)
        } catch {
            report(.badDuration(text, error))
            return nil
        }
        guard value >= least else {
            report(.durationTooShort(text, least: DurationText.print(least)))
            return nil
        }
        node.normalised = .string(DurationText.print(value))
        return value
    }

    /// A value of an enumeration by name or number. The options stand in the order of their numbers; an option
    /// without a value is one of Envoy's that is refused, one without a name is a gap.
    func choice<Value>(_ options: KeyValuePairs<String, Value?>) -> Value? {
        guard let (text, _) = scalar else {
            wrongType("one of \(options.map(\.key).filter { !$0.isEmpty }.joined(separator: ", "))")
            return nil
        }
        let names = options.map(\.key)
        let number = Int(text).flatMap { names.indices.contains($0) && !names[$0].isEmpty ? $0 : nil }
        // Envoy reads names of any case.
        let named = names.firstIndex(of: text) ?? names.firstIndex { $0.lowercased() == text.lowercased() }
        guard let index = number ?? named, !text.isEmpty else {
            let known = names.filter { !$0.isEmpty }
            report(.unknownChoice(text, options: known, nearest: nearestName(to: text, among: known)))
            return nil
        }
        guard let value = options[index].value else {
            report(.unsupportedValue(names[index]))
            return nil
        }
        node.normalised = .string(names[index])
        return value
    }

    /// Bytes in base64, with or without padding, either alphabet.
    func bytes() -> [UInt8]? {
        guard let text = string() else { return nil }
        guard let bytes = Base64.decode(text) else {
            report(.badBase64)
            return nil
        }
        return bytes
    }

    /// Free data, kept as it is.
    func configValue() -> ConfigValue { node.document }
}
