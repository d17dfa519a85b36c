import Testing

@testable import ApusConfig

@Suite("Durations") struct DurationTests {
    @Test(
        "are seconds with up to nine digits of fraction",
        arguments: [
            ("0s", Duration.zero), ("5s", .seconds(5)), ("0.25s", .milliseconds(250)), ("01s", .seconds(1)),
            ("0.000000001s", .nanoseconds(1)), ("315576000000s", .seconds(315_576_000_000)), ("-0s", .zero),
        ])
    func good(text: String, expected: Duration) throws {
        #expect(try DurationText.parse(text) == expected)
    }

    @Test(
        "of any other spelling are refused",
        arguments: [
            ("", DurationText.Problem.noSeconds), ("s", .noSeconds), ("5", .noSeconds), ("5m", .noSeconds),
            ("5 s", .noSeconds), ("5 seconds", .noSeconds), (".5s", .noSeconds), ("1.s", .noSeconds),
            ("1e3s", .noSeconds), ("+1s", .noSeconds), ("1.2.3s", .noSeconds), ("٣s", .noSeconds),
            ("-1s", .negative), ("1.0000000001s", .tooPrecise), ("315576000001s", .tooLong),
            ("99999999999999999999s", .tooLong),
        ])
    func bad(text: String, problem: DurationText.Problem) {
        #expect(throws: problem) { try DurationText.parse(text) }
    }

    @Test("survive printing and reading, to the nanosecond") func roundTrip() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let seconds =
                Int64.random(in: 0...DurationText.longest, using: &random) >> Int64.random(in: 0...38, using: &random)
            let nanoseconds = Int64.random(in: 0..<1_000_000_000, using: &random)
            let duration = Duration(secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000)
            guard seconds < DurationText.longest else { continue }
            #expect(try DurationText.parse(DurationText.print(duration)) == duration)
        }
    }

    @Test("print 0, 3, 6 or 9 digits, as protobuf does") func printing() {
        #expect(DurationText.print(.seconds(3)) == "3s")
        #expect(DurationText.print(.milliseconds(250)) == "0.250s")
        #expect(DurationText.print(.microseconds(1)) == "0.000001s")
        #expect(DurationText.print(.nanoseconds(1)) == "0.000000001s")
    }
}
