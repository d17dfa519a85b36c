import ApusConfig
import Testing

@testable import ApusProxy

@Suite struct CompiledTimeTests {
    private let moment = WallTime(seconds: 1_795_232_743, nanoseconds: 163_381_007)

    private func text(_ pieces: TimePiece..., at time: WallTime? = nil) -> String {
        var text: [UInt8] = []
        CompiledTime(TimeFormat(text: "", pieces: pieces)).append(time ?? moment, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func theStandardFormatHasMilliseconds() {
        #expect(moment.text == "2026-11-21T03:45:43.163Z")
        #expect(WallTime(seconds: 0, nanoseconds: 0).text == "1970-01-01T00:00:00.000Z")
        #expect(WallTime(seconds: 951_782_400, nanoseconds: 0).text == "2000-02-29T00:00:00.000Z")
        #expect(WallTime(seconds: -1, nanoseconds: 0).text == "1969-12-31T23:59:59.000Z")
    }

    @Test func directivesOfStrftimeAndLiteralsMix() {
        #expect(text(.strftime("%Y/%m/%d")) == "2026/11/21")
        #expect(text(.strftime("%F %T %%")) == "2026-11-21 03:45:43 %")
        #expect(text(.strftime("%a %b %e %j")) == "Sat Nov 21 325")
        #expect(text(.strftime("%Z%z")) == "UTC+0000")
        #expect(text(.strftime("%E4Y %E3S %E*f")) == "2026 43.163 163381007")
    }

    @Test func fractionsAndEpochs() {
        #expect(text(.fraction(digits: 9)) == "163381007")
        #expect(text(.fraction(digits: 1)) == "1")
        #expect(text(.epoch(fractionDigits: 0)) == "1795232743")
        #expect(text(.epoch(fractionDigits: 3)) == "1795232743163")
        #expect(text(.strftime("%H."), .fraction(digits: 6)) == "03.163381")
    }
}
