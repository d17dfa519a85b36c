import Testing

@testable import ApusConfig

@Suite("Outlier detection is read") struct OutlierDetectionTests {
    private func load(_ settings: String) -> LoadResult {
        ApusConfigTests.load(
            bootstrap(
                routes: "- {match: {prefix: /}, route: {cluster: v1}}", cluster: "outlier_detection: {\(settings)}"))
    }

    private func messages(_ settings: String) -> [String] { load(settings).diagnostics.map(\.message) }

    @Test("with Envoy's defaults") func defaults() throws {
        let settings = try #require(load("").cluster?.outlierDetection)
        var expected = OutlierDetection()
        expected.source = settings.source
        #expect(settings == expected)
        #expect(settings.maxEjectionTime == .seconds(300))
    }

    @Test("and is off when it is not there") func off() {
        let result = ApusConfigTests.load(bootstrap(routes: "- {match: {prefix: /}, route: {cluster: v1}}"))
        #expect(result.cluster?.outlierDetection == nil)
    }

    @Test("with every field") func everything() throws {
        let result = load(
            """
            consecutive_5xx: 1, consecutive_gateway_failure: 2, consecutive_local_origin_failure: 3, \
            split_external_local_origin_errors: true, interval: 4s, base_ejection_time: 5s, max_ejection_time: 6s, \
            max_ejection_time_jitter: 7s, max_ejection_percent: 8, always_eject_one_host: true, \
            success_rate_minimum_hosts: 9, success_rate_request_volume: 10, success_rate_stdev_factor: 11, \
            failure_percentage_threshold: 12, failure_percentage_minimum_hosts: 13, \
            failure_percentage_request_volume: 14, enforcing_consecutive_5xx: 15, \
            enforcing_consecutive_gateway_failure: 16, enforcing_consecutive_local_origin_failure: 17, \
            enforcing_success_rate: 18, enforcing_local_origin_success_rate: 19, enforcing_failure_percentage: 20, \
            enforcing_failure_percentage_local_origin: 21, successful_active_health_check_uneject_host: false, \
            detect_degraded_hosts: false
            """)
        #expect(result.diagnostics.map(\.printed) == [])
        let settings = try #require(result.cluster?.outlierDetection)
        var expected = OutlierDetection()
        expected.consecutive5xx = 1
        expected.consecutiveGatewayFailure = 2
        expected.consecutiveLocalOriginFailure = 3
        expected.splitExternalLocalOriginErrors = true
        expected.interval = .seconds(4)
        expected.baseEjectionTime = .seconds(5)
        expected.maxEjectionTime = .seconds(6)
        expected.maxEjectionTimeJitter = .seconds(7)
        expected.maxEjectionPercent = 8
        expected.alwaysEjectOneHost = true
        expected.successRate.minimumHosts = 9
        expected.successRate.requestVolume = 10
        expected.successRate.stdevFactor = 11
        expected.failurePercentage.threshold = 12
        expected.failurePercentage.minimumHosts = 13
        expected.failurePercentage.requestVolume = 14
        expected.enforcing.consecutive5xx = 15
        expected.enforcing.consecutiveGatewayFailure = 16
        expected.enforcing.consecutiveLocalOriginFailure = 17
        expected.enforcing.successRate = 18
        expected.enforcing.localOriginSuccessRate = 19
        expected.enforcing.failurePercentage = 20
        expected.enforcing.failurePercentageLocalOrigin = 21
        expected.successfulActiveHealthCheckUnejectHost = false
        expected.source = settings.source
        #expect(settings == expected)
    }

    @Test("and a long ejection time lengthens the longest") func longest() {
        #expect(load("base_ejection_time: 400s").cluster?.outlierDetection?.maxEjectionTime == .seconds(400))
        #expect(
            messages("base_ejection_time: 2s, max_ejection_time: 1s") == [
                "max_ejection_time is below base_ejection_time"
            ])
    }

    @Test(
        "and what Envoy refuses is refused",
        arguments: [
            ("interval: 0s", "'0s' is too short; the least is 0.000000001s"),
            ("max_ejection_percent: 101", "101 is not a number from 0 to 100"),
            ("enforcing_success_rate: 101", "101 is not a number from 0 to 100"),
            ("failure_percentage_threshold: 101", "101 is not a number from 0 to 100"),
            ("consecutive_5xx: -1", "-1 is not a number from 0 to 4294967295"),
            (
                "consecutive_5x: 1",
                "unknown field 'consecutive_5x'; did you mean 'consecutive_5xx'?"
            ),
        ])
    func refused(settings: String, message: String) {
        #expect(messages(settings) == [message])
    }
}
