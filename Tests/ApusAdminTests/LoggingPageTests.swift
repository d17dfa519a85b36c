import ApusProxy
import Testing

@testable import ApusAdmin

@Suite struct LoggingPageTests {
    @Test func levelsAreListed() async {
        let answer = await AdminRouter(face: FakeProxy()).post("/logging")
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix("active loggers:\n  admin: info\n"))
        #expect(answer.body.contains("\n  http: info\n"))
    }

    @Test func oneSomeOrAllLoggersAreSet() async {
        let router = AdminRouter(face: FakeProxy())
        #expect(await router.post("/logging?http=debug").body.contains("\n  http: debug\n"))
        let some = await router.post("/logging?paths=http:trace,lua:error").body
        #expect(some.contains("\n  http: trace\n") && some.contains("\n  lua: error\n"))
        let all = await router.post("/logging?level=warning").body
        #expect(all.contains("\n  http: warning\n") && all.contains("\n  lua: warning\n"))
    }

    @Test(arguments: [
        ("/logging?nonsense=debug", "unknown logger name"), ("/logging?http=loud", "unknown logger level"),
        ("/logging?http=debug&lua=debug", "invalid number of parameters"),
        ("/logging?paths=http:debug,nonsense:debug", "unknown logger name"),
    ])
    func mistakesChangeNothing(_ target: String, _ reason: String) async {
        let face = FakeProxy()
        let answer = await AdminRouter(face: face).post(target)
        #expect(answer.status == 400)
        #expect(answer.body.hasPrefix("error: \(reason)\n\nusage: /logging?<name>=<level>"))
        #expect(face.told.levels.isEmpty)
    }

    @Test func anEmptyFormOnlyLists() async {
        #expect(await AdminRouter(face: FakeProxy()).post("/logging?paths=&level=").status == 200)
    }
}
