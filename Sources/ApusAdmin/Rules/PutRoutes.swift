import ApusConfig

extension PutRoutes {
    /// Reads a route configuration. Throws what is wrong with it.
    static func read(_ text: String, name: String) throws(Wrong) -> PutRoutes {
        let result = ConfigurationLoader.loadRoutes(text: text, file: "body")
        guard var routes = result.routes else { throw Wrong(diagnostics: result.diagnostics) }
        if routes.name.isEmpty { routes.name = name }
        guard routes.name == name else {
            let message = "the route configuration is named '\(routes.name)', but was put as '\(name)'"
            throw Wrong(diagnostics: [Diagnostic(source: routes.source, path: "name", message: message)])
        }
        return PutRoutes(text: text, routes: routes, document: result.document)
    }

    struct Wrong: Error, CustomStringConvertible {
        let diagnostics: [Diagnostic]
        var description: String { diagnostics.map(\.description).joined(separator: "\n") }
    }
}
