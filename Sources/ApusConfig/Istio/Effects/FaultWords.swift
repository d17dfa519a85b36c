/// `delay 7 s for 50 %, abort 500 for 100 %`
enum FaultWords {
    static func of(_ fault: HTTPFaultInjection) -> String {
        var words: [String] = []
        if let delay = fault.delay {
            let time = delay.fixedDelay.map(EffectText.time) ?? "by nothing"
            words.append("delay \(time) for \(EffectText.percent(delay.percentage))")
        }
        if let abort = fault.abort {
            words.append("abort \(status(abort.status)) for \(EffectText.percent(abort.percentage))")
        }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }

    private static func status(_ status: HTTPFaultInjection.Status?) -> String {
        switch status {
        case nil: "with nothing"
        case .http(let code): "\(code)"
        case .grpc(let number):
            HTTPFaultInjection.grpcNames.indices.contains(Int(number))
                ? HTTPFaultInjection.grpcNames[Int(number)] : "gRPC status \(number)"
        }
    }
}
