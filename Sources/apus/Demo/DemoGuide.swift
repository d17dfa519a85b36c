/// What to try, as lines that can be copied.
struct DemoGuide {
    let port: UInt16
    let adminPort: Int
    let source: String

    var text: String {
        let at = "localhost:\(port)"
        return """
            Apus listens on http://\(at), with the configuration \(source).
            Behind it are two versions of a service, v1 and v2.

              routing    curl \(at)/                        v1 answers
                         curl -H 'x-version: v2' \(at)/     a header leads to v2
                         curl \(at)/split                   v1, one time in ten v2
              mirroring  curl \(at)/mirror/0                v1 answers; v2 sees no copies,
                         curl \(at)/mirror/50               copies of half of the requests,
                         curl \(at)/mirror/100              copies of all
              faults     curl -i \(at)/abort                the proxy answers 503 itself
                         curl -i \(at)/late                 the proxy waits a second first
              time       curl -i \(at)/delay/3              504: half a second is all v1 gets
              retries    curl -i \(at)/status/503           v1 is asked three times
              admin      curl localhost:\(adminPort)/stats?usedonly=1

            """
    }

    static let keys = """
        Keys: space sends 100 mixed requests, 0 5 1 send 100 that are mirrored to 0, 50, 100 %, s 100 to the split,
        t starts or stops a stream of them, q ends.

        """
}
