import ApusConfig
import NIOCore
import NIOHTTP1

/// Headers that a service hands on with what it asks for in the name of a request.
extension SmallRequest {
    private static let handedOn = [
        "end-user", "x-request-id", "traceparent", "tracestate", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-sampled",
    ]

    var handedOn: HTTPHeaders {
        var found = HTTPHeaders()
        for name in Self.handedOn { for value in headers[name] { found.add(name: name, value: value) } }
        return found
    }
}

/// What the book is.
enum Details {
    static func answer(_ request: SmallRequest) -> SmallAnswer {
        SmallAnswer(
            body: """
                {"title": "A Year of Swifts", "author": "M. Apodi", "year": 1931, "pages": 212, "kind": "paperback"}

                """)
    }
}

/// How many stars each reviewer gave, of five.
enum Ratings {
    static func answer(_ request: SmallRequest) -> SmallAnswer {
        SmallAnswer(body: "{\"ratings\": [5, 4]}\n")
    }
}

/// What readers say: v1 without stars, v2 with black ones, v3 with red ones.
struct Reviews: Sendable {
    let version: String
    /// nil: without stars.
    let color: String?
    /// The port of this version's own sidecar.
    var outbound: UInt16 = 0
    /// How long the ratings may take.
    static let patience = TimeAmount.seconds(10)
    static let texts = [
        ("Ada", "Read it in one evening, on the roof, looking up."),
        ("Grace", "Too few drawings, but every date of arrival is right."),
    ]

    func answer(_ request: SmallRequest) async -> SmallAnswer {
        var stars: [Int]?
        if color != nil { stars = await ratings(request) }
        let reviews = Self.texts.enumerated().map { index, review in
            var members = "\"reviewer\": \"\(review.0)\", \"text\": \"\(review.1)\""
            if let color {
                members += ", \"color\": \"\(color)\""
                if let stars, index < stars.count { members += ", \"stars\": \(stars[index])" }
            }
            return "{\(members)}"
        }
        return SmallAnswer(
            body: "{\"version\": \"\(version)\", \"reviews\": [\(reviews.joined(separator: ", "))]}\n")
    }

    /// nil when there are none to be had.
    private func ratings(_ request: SmallRequest) async -> [Int]? {
        let fetched = try? await SmallClient.get(
            "/ratings/0", host: "ratings:9080", headers: request.handedOn, port: outbound, within: Self.patience)
        guard let fetched, fetched.status == 200, case .array(let found)? = ConfigValue(text: fetched.body)?["ratings"]
        else { return nil }
        return found.map { if case .number(let stars) = $0 { Int(min(max(stars, 0), 5)) } else { 0 } }
    }
}
