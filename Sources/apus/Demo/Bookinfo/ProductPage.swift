import ApusConfig
import NIOCore
import NIOHTTP1

/// The page: a book, what is known of it, and what readers say.
struct ProductPage: Sendable {
    /// The port of its own sidecar.
    let outbound: UInt16
    /// How long details, and each try for reviews, may take.
    static let patience = TimeAmount.seconds(3)

    func answer(_ request: SmallRequest) async -> SmallAnswer {
        switch request.path {
        case "/", "/productpage": await page(request)
        case "/sign-in": Self.back(as: request.parameter("u") ?? "")
        case "/sign-out": Self.back(as: "")
        default: SmallAnswer(status: 404, type: "text/plain", body: "There is no such page.\n")
        }
    }

    /// Back to the page, as somebody, or as nobody when empty.
    private static func back(as user: String) -> SmallAnswer {
        let cookie = "user=\(user); Path=/; HttpOnly; SameSite=Lax" + (user.isEmpty ? "; Max-Age=0" : "")
        return SmallAnswer(
            status: 303, type: "text/plain", headers: [("set-cookie", cookie), ("location", "/productpage")])
    }

    private func page(_ request: SmallRequest) async -> SmallAnswer {
        let user = request.parameter("u") ?? request.cookie("user") ?? ""
        var headers = request.handedOn
        headers.remove(name: "end-user")
        if !user.isEmpty { headers.add(name: "end-user", value: user) }
        async let details = fetch("/details/0", host: "details:9080", headers, tries: 1)
        async let reviews = fetch("/reviews/0", host: "reviews:9080", headers, tries: 2)
        let markup = await PageMarkup(user: user, details: details, reviews: reviews)
        return SmallAnswer(
            type: "text/html; charset=utf-8", headers: [("cache-control", "no-store")], body: markup.text)
    }

    /// nil when every try fails.
    private func fetch(_ path: String, host: String, _ headers: HTTPHeaders, tries: Int) async -> ConfigValue? {
        for _ in 0..<tries {
            let fetched = try? await SmallClient.get(
                path, host: host, headers: headers, port: outbound, within: Self.patience)
            if let fetched, fetched.status == 200 { return ConfigValue(text: fetched.body) }
        }
        return nil
    }
}
