import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Why an address could not be listened on, in words for an operator.
public enum BindFailure {
    public static func reason(_ error: any Error) -> String {
        guard let failure = error as? IOError else { return "\(error)" }
        switch failure.errnoCode {
        case EADDRINUSE: return "the address is in use; is another instance running?"
        case EACCES: return "permission denied; ports below 1024 need privileges"
        case EADDRNOTAVAIL: return "this machine has no such address"
        default: return String(cString: strerror(failure.errnoCode))
        }
    }
}
