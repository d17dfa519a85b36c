import ApusConfig
import ApusProxy
import Testing

@testable import ApusAdmin

@Suite struct AdminRouterTests {
    @Test func readyTellsTheState() async {
        let live = await AdminRouter(face: FakeProxy()).get("/ready")
        #expect(live == AdminAnswer(body: "LIVE\n"))
        let draining = await AdminRouter(face: FakeProxy(state: .draining)).get("/ready")
        #expect(draining == AdminAnswer(status: 503, body: "DRAINING\n"))
    }

    @Test func pagesThatReadTakeAnyMethod() async {
        let router = AdminRouter(face: FakeProxy())
        for method in ["GET", "POST", "PUT", "HEAD"] {
            #expect(await router.answer(AdminRequest(method: method, target: "/ready")).status == 200)
        }
    }

    @Test(arguments: [
        "/reset_counters", "/logging", "/healthcheck/fail", "/healthcheck/ok", "/drain_listeners", "/quitquitquit",
        "/reload", "/reopen_logs",
    ])
    func whatChangesSomethingTakesOnlyPost(_ path: String) async {
        let face = FakeProxy()
        let answer = await AdminRouter(face: face).get(path)
        #expect(answer == AdminAnswer(status: 405, body: "Method GET not allowed, POST required."))
        #expect(face.told == FakeProxy.Told())
        #expect(await AdminRouter(face: face).post(path).status == 200)
    }

    @Test func commandsReachTheProxy() async {
        let face = FakeProxy()
        let router = AdminRouter(face: face)
        #expect(await router.post("/reset_counters") == .ok)
        #expect(await router.post("/healthcheck/fail") == .ok)
        #expect(await router.post("/drain_listeners?graceful&inboundonly") == .ok)
        #expect(await router.post("/reopen_logs") == .ok)
        #expect(await router.post("/quitquitquit").after == .shutdown)
        #expect(face.told.resets == 1)
        #expect(face.told.failing == true)
        #expect(face.told.drained == "graceful true, inbound only true")
        #expect(face.told.reopened == 1)
    }

    @Test func aRefusedReloadTellsWhy() async {
        let place = SourceMark(file: "a.yaml", line: 3, column: 5)
        let face = FakeProxy(reloadErrors: [Diagnostic(source: place, path: "admin", message: "is wrong")])
        let answer = await AdminRouter(face: face).post("/reload")
        #expect(answer.status == 400)
        #expect(answer.body == "The old configuration stays in effect:\na.yaml:3:5: admin: is wrong\n")
        #expect(await AdminRouter(face: FakeProxy()).post("/reload") == .ok)
    }

    @Test func anUnknownPathIsAnsweredWithTheCommands() async {
        let answer = await AdminRouter(face: FakeProxy()).get("/no-such-page")
        #expect(answer.status == 404)
        #expect(answer.body.hasPrefix("invalid path. admin commands are:\n  /: Admin home page\n"))
        #expect(await AdminRouter(face: FakeProxy()).get("/help").body.contains("\n  /reset_counters (POST): "))
    }

    @Test func aForeignNameIsRefusedBeforeAnythingHappens() async {
        let face = FakeProxy()
        let request = AdminRequest(
            method: "POST", target: "/quitquitquit", headers: [(name: "Host", value: "evil.example:9901")])
        let answer = await AdminRouter(face: face).answer(request)
        #expect(answer.status == 403)
        #expect(answer.body.contains("evil.example:9901"))
        #expect(answer.after == .nothing)
    }
}
