/// One version of a service of the book.
struct BookService: Sendable {
    let app: String
    let version: String
    let answering: SmallServer.Answering

    static func all(_ outbound: OutboundPorts) -> [BookService] {
        [
            BookService(app: "productpage", version: "v1") {
                await ProductPage(outbound: outbound["productpage-v1"]).answer($0)
            },
            BookService(app: "details", version: "v1") { Details.answer($0) },
            reviews("v1", color: nil, outbound), reviews("v2", color: "black", outbound),
            reviews("v3", color: "red", outbound),
            BookService(app: "ratings", version: "v1") { Ratings.answer($0) },
        ]
    }

    private static func reviews(_ version: String, color: String?, _ outbound: OutboundPorts) -> BookService {
        BookService(app: "reviews", version: version) { request in
            let port = outbound["reviews-\(version)"]
            return await Reviews(version: version, color: color, outbound: port).answer(request)
        }
    }
}
