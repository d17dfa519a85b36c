import NIOCore

/// Lines of one worker that wait to be handed to their files: until a file has enough of them, or for a short while.
final class AccessLogBuffers: TimerNode {
    private static let enough = 16 * 1024
    private static let longest = TimeAmount.milliseconds(100)

    /// By the file's id; files are few and live as long as the process.
    private var files: [AccessLogFile?] = []
    private var lines: [[UInt8]] = []

    /// Lets `body` append a line.
    func append(to file: AccessLogFile, on worker: Worker, _ body: (inout [UInt8]) -> Void) {
        while file.id >= files.count {
            files.append(nil)
            lines.append([])
        }
        files[file.id] = file
        body(&lines[file.id])
        if lines[file.id].count >= Self.enough {
            handOver(file.id)
        } else if !isArmed {
            worker.timers.arm(self, at: worker.now + Self.longest)
        }
    }

    override func fired() { handOverAll() }

    func handOverAll() {
        for id in files.indices { handOver(id) }
    }

    private func handOver(_ id: Int) {
        guard let file = files[id], !lines[id].isEmpty else { return }
        var full: [UInt8] = []
        swap(&full, &lines[id])
        // The next batch will be about as large.
        lines[id].reserveCapacity(full.count)
        file.submit(full)
    }
}

extension Worker {
    /// Hands every waiting line to its file; on the loop only.
    func flushAccessLogs() { accessLogBuffers.handOverAll() }
}
