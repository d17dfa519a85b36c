// What outlier detection hears of an exchange.

extension Head {
    /// An answer's status, or what its `grpc-status` says in HTTP's terms.
    func outlierStatus(ofGRPC isGRPC: Bool) -> Int {
        guard isGRPC, let value = value(.grpcStatus) else { return status }
        return Exchange.httpStatus(ofGRPC: value.decimal.map { Int(clamping: $0) })
    }
}

extension Exchange {
    /// A breaker that is open says nothing about the endpoint, nor does the end of an upgraded connection.
    func report(_ failure: AttemptFailure) {
        guard failure != .overflow, !(attempt.isUpgrade && upstreamAnswered) else { return }
        cluster?.report(.failed, of: upstreamHost)
    }

    /// An endpoint is to blame once it had the request.
    func reportTimeout() {
        guard attempt.connection != nil else { return }
        cluster?.report(.timedOut(status: timeouts.alternativeStatus ? 204 : 504), of: upstreamHost)
    }
}
