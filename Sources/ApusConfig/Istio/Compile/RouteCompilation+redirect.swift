extension RouteCompilation {
    func redirect(_ redirect: HTTPRedirect, in scope: RouteScope) -> Redirect {
        let scheme = redirect.scheme.isEmpty ? (scope.isTLS ? "https" : "http") : redirect.scheme
        var port: UInt32 =
            switch redirect.port {
            case .unset, .fromProtocol: 0
            case .number(let number): number
            case .fromRequest: scope.port
            }
        // The scheme's own port is not written; Envoy then keeps what the Host header has.
        if port == 80 && scheme == "http" || port == 443 && scheme == "https" { port = 0 }
        let path: RedirectPath =
            if let prefix = redirect.prefixRewrite { .prefixRewrite(prefix) } else {
                redirect.uri.isEmpty ? .same : .replaced(redirect.uri)
            }
        return Redirect(
            scheme: redirect.scheme.isEmpty ? .same : .named(redirect.scheme), hostRedirect: redirect.authority,
            portRedirect: port, path: path, responseCode: redirect.code, source: redirect.source)
    }
}
