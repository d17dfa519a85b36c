import ApusConfig
import ApusProxy

/// What the admin server answers.
struct AdminAnswer: Equatable {
    var status = 200
    var contentType = "text/plain; charset=UTF-8"
    var body: String
    /// Beside those that every answer has.
    var headers: [Header] = []
    /// What happens once the answer is on its way.
    var after = After.nothing

    struct Header: Equatable {
        var name: String
        var value: String
    }

    enum After: Equatable {
        case nothing
        case shutdown
    }

    static let ok = AdminAnswer(body: "OK\n")

    static func text(_ body: String, status: Int = 200) -> AdminAnswer { AdminAnswer(status: status, body: body) }

    static func json(_ value: ConfigValue, status: Int = 200) -> AdminAnswer {
        AdminAnswer(status: status, contentType: "application/json", body: value.indentedJSON)
    }

    /// Envoy's errors of `/config_dump` name no character set.
    static func plain(_ body: String, status: Int) -> AdminAnswer {
        AdminAnswer(status: status, contentType: "text/plain", body: body)
    }
}
