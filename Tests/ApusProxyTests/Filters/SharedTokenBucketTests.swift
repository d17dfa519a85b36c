import ApusConfig
import NIOCore
import Testing

@testable import ApusProxy

struct SharedTokenBucketTests {
    private let start = NIODeadline.uptimeNanoseconds(5_000_000_000)

    @Test func `a new bucket is full and no fuller`() {
        let bucket = SharedTokenBucket(TokenBucket(maxTokens: 3, tokensPerFill: 3, fillInterval: .seconds(60)))
        #expect(bucket.remaining(at: start) == 3)
        #expect((0..<5).map { _ in bucket.take(at: start) } == [true, true, true, false, false])
        #expect(bucket.remaining(at: start) == 0)
    }

    @Test func `tokens come back at a steady rate`() {
        let bucket = SharedTokenBucket(TokenBucket(maxTokens: 2, tokensPerFill: 2, fillInterval: .seconds(1)))
        #expect(bucket.take(at: start))
        #expect(bucket.take(at: start))
        #expect(!bucket.take(at: start + .milliseconds(499)))
        #expect(bucket.take(at: start + .milliseconds(500)))
        #expect(!bucket.take(at: start + .milliseconds(500)))
        #expect(bucket.remaining(at: start + .seconds(3600)) == 2)
    }

    @Test func `thirds of a second add up`() {
        let bucket = SharedTokenBucket(TokenBucket(maxTokens: 1, tokensPerFill: 3, fillInterval: .seconds(1)))
        var now = start
        for _ in 0..<3000 {
            #expect(bucket.take(at: now))
            #expect(!bucket.take(at: now))
            now = now + .nanoseconds(333_333_334)
        }
    }

    @Test func `the time to the next token is told in whole seconds, rounded up`() {
        let bucket = SharedTokenBucket(TokenBucket(maxTokens: 2, tokensPerFill: 2, fillInterval: .seconds(60)))
        #expect(bucket.take(at: start))
        #expect(bucket.secondsToNext(at: start) == 0)
        #expect(bucket.take(at: start))
        #expect(bucket.secondsToNext(at: start) == 30)
        #expect(bucket.secondsToNext(at: start + .milliseconds(29_500)) == 1)
    }

    @Test func `a clock behind another worker's gives nothing away`() {
        let bucket = SharedTokenBucket(TokenBucket(maxTokens: 1, tokensPerFill: 1, fillInterval: .seconds(1)))
        #expect(bucket.take(at: start))
        #expect(!bucket.take(at: start - .milliseconds(5)))
        #expect(bucket.remaining(at: start - .milliseconds(5)) == 0)
    }

    @Test func `workers together take no more than there is`() async {
        let bucket = SharedTokenBucket(TokenBucket(maxTokens: 1000, tokensPerFill: 1, fillInterval: .seconds(3600)))
        let now = start
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { (0..<1000).count { _ in bucket.take(at: now) } } }
            return await group.reduce(0, +)
        }
        #expect(taken == 1000)
    }
}
