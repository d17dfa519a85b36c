/// The registry: every service of the demonstration, where it is, and the way in from a browser.
struct BookinfoDocuments {
    struct Workload {
        let app: String
        let version: String
        let port: UInt16
    }

    /// As rules know it, by the service's name.
    static let ports = ["httpbin": 8000]
    let workloads: [Workload]

    var text: String {
        let services = Set(workloads.map(\.app)).sorted().map(service)
        return (services + workloads.map(entry) + [Self.wayIn]).joined(separator: "---\n")
    }

    private func service(_ name: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: { name: \(name) }
        spec:
          selector: { app: \(name) }
          ports: [{ name: http, port: \(Self.ports[name] ?? 9080) }]

        """
    }

    private func entry(_ workload: Workload) -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: { name: \(workload.app)-\(workload.version) }
        spec:
          address: 127.0.0.1
          ports: { http: \(workload.port) }
          labels: { app: \(workload.app), version: \(workload.version) }

        """
    }

    private static let wayIn = """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: { name: bookinfo }
        spec:
          selector: { istio: ingressgateway }
          servers:
            - port: { number: 80, name: http, protocol: HTTP }
              bind: 127.0.0.1
              hosts: ["*"]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: bookinfo }
        spec:
          hosts: ["*"]
          gateways: [bookinfo]
          http:
            - route: [{ destination: { host: productpage, port: { number: 9080 } } }]

        """
}
