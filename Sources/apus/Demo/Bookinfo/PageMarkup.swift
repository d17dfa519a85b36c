import ApusConfig

/// The page as HTML.
struct PageMarkup {
    /// Letters, digits, `-` and `_`; empty: nobody is signed in.
    let user: String
    /// nil: they could not be had.
    let details: ConfigValue?
    let reviews: ConfigValue?

    static let noDetails = "The details of this book cannot be shown just now."
    static let noReviews = "The reviews of this book cannot be shown just now."
    static let noRatings = "The ratings cannot be shown just now."

    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Bookinfo: A Year of Swifts</title>
        <style>
        body { font: 16px/1.5 sans-serif; max-width: 44em; margin: 2em auto; padding: 0 1em; }
        header { display: flex; justify-content: space-between; }
        blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid #ccc; }
        .black { color: black; }
        .red { color: red; }
        .missing { color: #a00; }
        </style>
        </head>
        <body>
        <header><strong>Bookinfo</strong>\(signing)</header>
        <h1>A Year of Swifts</h1>
        <section id="details">
        <h2>Details</h2>
        \(detailList)
        </section>
        <section id="reviews">
        <h2>Reviews</h2>
        \(reviewList)
        </section>
        </body>
        </html>

        """
    }

    private var signing: String {
        user.isEmpty
            ? "<form action=\"/sign-in\"><input name=\"u\" placeholder=\"jason\"> <button>Sign in</button></form>"
            : "<span id=\"user\">\(user) <a href=\"/sign-out\">Sign out</a></span>"
    }

    private var detailList: String {
        guard case .object(let members)? = details else { return missing(Self.noDetails) }
        let lines = members.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped(shown($0.value)))</dd>" }
        return "<dl>\(lines.joined())</dl>"
    }

    private var reviewList: String {
        guard let reviews, case .array(let all)? = reviews["reviews"] else { return missing(Self.noReviews) }
        let version = shown(reviews["version"])
        return all.map(quote).joined(separator: "\n") + "\n<p>Reviews by <b id=\"version\">\(escaped(version))</b></p>"
    }

    private func quote(_ review: ConfigValue) -> String {
        "<blockquote><p>\(escaped(shown(review["text"])))</p>\(stars(review)) \(escaped(shown(review["reviewer"])))"
            + "</blockquote>"
    }

    /// Nothing where reviews are without stars.
    private func stars(_ review: ConfigValue) -> String {
        guard case .string(let color)? = review["color"] else { return "" }
        guard case .number(let number)? = review["stars"] else { return missing(Self.noRatings) }
        let full = Int(min(max(number, 0), 5))
        let signs = String(repeating: "★", count: full) + String(repeating: "☆", count: 5 - full)
        return "<span class=\"stars \(escaped(color))\" title=\"\(full) of 5\">\(signs)</span>"
    }

    private func missing(_ text: String) -> String { "<p class=\"missing\">\(text)</p>" }

    private func shown(_ value: ConfigValue?) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
        default: ""
        }
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
