import Foundation
import NIOHTTP1
import Testing

@testable import apus

@Suite("The bookinfo tasks, each as its file says")
struct BookinfoTests {
    @Test("Without rules every version of the reviews answers in its turn")
    func withoutRules() async throws {
        try await Bookinfo.run { bookinfo in
            let pages = try await Bookinfo.repeated(60) { try await bookinfo.page() }
            #expect(pages.allSatisfy { $0.status == 200 && $0.hasReviews })
            #expect(pages.contains { !$0.hasStars })
            #expect(pages.contains { $0.hasBlackStars })
            #expect(pages.contains { $0.hasRedStars })
            #expect(pages.allSatisfy { $0.text.contains("<dd>M. Apodi</dd>") })
        }
    }

    @Test("All to v1: never a star, for nobody")
    func allV1() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("bookinfo/all-v1.yaml")
            for user in [nil, "jason", nil, "jason", nil, "jason"] {
                let page = try await bookinfo.page(user)
                #expect(page.hasReviews && !page.hasStars && !page.hasRatingsTrouble)
            }
        }
    }

    @Test("By user: black stars for jason alone, whether he signs in for a page or for good")
    func byUser() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("bookinfo/all-v1.yaml", "bookinfo/reviews-jason-v2.yaml")
            for _ in 0..<5 {
                let jason = try await bookinfo.page("jason")
                #expect(jason.hasBlackStars && !jason.hasRedStars)
                #expect(try await bookinfo.page("ada").hasStars == false)
                #expect(try await bookinfo.page().hasStars == false)
            }
            let port = bookinfo.ports.page
            let signed = try await SmallClient.get("/sign-in?u=jason", host: "x", port: port, within: .seconds(10))
            #expect(signed.status == 303)
            let cookie = try #require(signed.headers["set-cookie"].first?.split(separator: ";").first)
            let page = try await SmallClient.get(
                "/productpage", host: "x", headers: ["cookie": String(cookie)], port: port, within: .seconds(10))
            #expect(page.body.contains("class=\"stars black\""))
            #expect(page.body.contains("jason"))
            let out = try await SmallClient.get("/sign-out", host: "x", port: port, within: .seconds(10))
            #expect(out.headers["set-cookie"].first?.contains("Max-Age=0") == true)
        }
    }

    @Test(
        "A user's name is never markup, nor another header",
        arguments: [
            ("jason", "jason"), ("<b>x", ""), ("a%0d%0aend-user:x", "a"), ("x\"y", "x"), ("jo;n", "jo"), ("", ""),
        ])
    func names(written: String, read: String) {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/productpage?v=1&u=\(written)")
        head.headers.add(name: "cookie", value: "other=1; user=\(written)")
        #expect(SmallRequest(head).parameter("u") == read)
        #expect(SmallRequest(head).cookie("user") == read)
        #expect(SmallRequest(head).path == "/productpage")
    }

    @Test("Each sidecar sees the rules from where it stands: a fault for reviews v2 is none for v3")
    func fromWhereItStands() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("bookinfo/all-v1.yaml", "bookinfo/reviews-v3.yaml")
            let rule = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: { name: ratings }
                spec:
                  hosts: [ratings]
                  http:
                    - match: [{ sourceLabels: { app: reviews, version: v2 } }]
                      fault: { abort: { percentage: { value: 100 }, httpStatus: 500 } }
                      route: [{ destination: { host: ratings } }]
                    - route: [{ destination: { host: ratings } }]
                """
            #expect(try await bookinfo.post(rule).status == 200)
            #expect(try await bookinfo.page().hasRedStars)
            try await bookinfo.apply("bookinfo/reviews-jason-v2.yaml")
            #expect(try await bookinfo.page("jason").hasRatingsTrouble)
            // What is refused changes nothing anywhere.
            let wrong = rule.replacing("500", with: "5000")
            #expect(try await bookinfo.post(wrong).status == 400)
            #expect(try await bookinfo.page("jason").hasRatingsTrouble)
        }
    }

    @Test("Rules to begin with come from files")
    func fromFiles() async throws {
        try await Bookinfo.run(rules: ["bookinfo/all-v1.yaml", "bookinfo/reviews-timeout.yaml"]) { bookinfo in
            let page = try await bookinfo.page("jason")
            #expect(page.status == 200 && !page.hasReviews)
        }
    }

    @Test("Ratings 7 s late, against 10 s and twice 3 s: jason has no reviews, after 6 s")
    func delay() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply(
                "bookinfo/all-v1.yaml", "bookinfo/reviews-jason-v2.yaml", "bookinfo/ratings-delay.yaml")
            async let late = bookinfo.page("jason")
            let other = try await bookinfo.page()
            #expect(other.hasReviews && other.time < 5)
            let jason = try await late
            #expect(jason.status == 200)
            #expect(!jason.hasReviews && jason.text.contains(PageMarkup.noReviews))
            #expect(jason.text.contains("M. Apodi"))
            #expect((5.9..<12).contains(jason.time))
            // Without the delay he has them again.
            try await bookinfo.apply("bookinfo/all-v1.yaml", "bookinfo/reviews-jason-v2.yaml")
            #expect(try await bookinfo.page("jason").hasBlackStars)
        }
    }

    @Test("Ratings that fail: jason reads reviews without stars, at once")
    func abort() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply(
                "bookinfo/all-v1.yaml", "bookinfo/reviews-jason-v2.yaml", "bookinfo/ratings-abort.yaml")
            let jason = try await bookinfo.page("jason")
            #expect(jason.hasReviews && !jason.hasStars && jason.hasRatingsTrouble)
            #expect(jason.time < 5)
            let other = try await bookinfo.page()
            #expect(other.hasReviews && !other.hasRatingsTrouble)
        }
    }

    @Test("Half a second for reviews, whose ratings are 2 s late: none, after two tries")
    func timeout() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("bookinfo/all-v1.yaml", "bookinfo/reviews-timeout.yaml")
            let page = try await bookinfo.page()
            #expect(page.status == 200)
            #expect(!page.hasReviews && page.text.contains(PageMarkup.noReviews))
            #expect((0.99..<6).contains(page.time))
        }
    }

    @Test("A shift: half of the pages with red stars, then all")
    func shift() async throws {
        try await Bookinfo.run { bookinfo in
            try await bookinfo.apply("bookinfo/all-v1.yaml", "bookinfo/reviews-half-v3.yaml")
            let pages = try await Bookinfo.repeated(200) { try await bookinfo.page() }
            #expect(pages.allSatisfy { $0.hasReviews && !$0.hasBlackStars })
            // 4 sigma: of 200 at a half, the root of 200/4 is 7.
            #expect((72...128).contains(pages.count { $0.hasRedStars }))
            try await bookinfo.apply("bookinfo/reviews-v3.yaml")
            for _ in 0..<20 { #expect(try await bookinfo.page().hasRedStars) }
        }
    }
}
