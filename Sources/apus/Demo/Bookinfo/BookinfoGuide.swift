/// What to open and what to try, as lines that can be copied.
struct BookinfoGuide {
    let ports: Bookinfo.Ports
    let sidecars: [(name: String, admin: UInt16)]

    init(_ bookinfo: Bookinfo) {
        ports = bookinfo.ports
        sidecars = bookinfo.sidecars.map { ($0.name, $0.adminPort) }
    }

    var text: String {
        let apply = "curl --data-binary @conf"
        let rules = "localhost:\(ports.admin)/rules"
        let others = sidecars.map { "\($0.name) \($0.admin)" }.joined(separator: ", ")
        return """
            Open http://localhost:\(ports.page)/productpage and load it again and again: without rules each version of
            the reviews answers in its turn, without stars, with black and with red ones. Then apply rules:

              \(apply)/bookinfo/all-v1.yaml \(rules)
              \(apply)/bookinfo/reviews-jason-v2.yaml \(rules)     sign in as jason: black stars
              \(apply)/bookinfo/ratings-delay.yaml \(rules)        jason waits 6 s and has no reviews
              \(apply)/bookinfo/ratings-abort.yaml \(rules)        jason has no stars
              \(apply)/bookinfo/reviews-timeout.yaml \(rules)
              \(apply)/bookinfo/reviews-half-v3.yaml \(rules)
              \(apply)/bookinfo/reviews-v3.yaml \(rules)           red stars for all
              \(apply)/httpbin/mirror-100.yaml \(rules)
              curl -H 'host: httpbin:8000' localhost:\(ports.client)/get

            The first line of each file says what it shows. What is in force: curl \(rules)
            Admin ports: ingress \(ports.admin), \(others).
            Ctrl-C ends.

            """
    }
}
