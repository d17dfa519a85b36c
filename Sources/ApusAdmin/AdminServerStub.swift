import ApusConfig
import ApusProxy
import Logging
public actor AdminServer {
    public static func start(face: any ProxyFace, address: Address, log: Logger) async throws -> AdminServer { AdminServer() }
    public func stop() async {}
}
