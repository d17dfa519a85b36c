/// The last filter of every chain: carries out the route's action.
struct RouterFilter: Filter {
    var headInterest: MessageInterest { .request }

    func onRequest(_ exchange: Exchange) -> Verdict { exchange.forward() }
}
