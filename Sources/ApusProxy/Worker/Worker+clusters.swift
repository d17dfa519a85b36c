/// A cluster of the snapshot on one worker. Most clusters of a large mesh never see a request of this proxy, so that a
/// worker makes its side of one when the first comes.
struct ClusterPlace {
    let compiled: CompiledCluster
    var made: UpstreamCluster?
}

extension Worker {
    /// `index`: a position among the snapshot's clusters.
    @inline(__always)
    func cluster(at index: Int) -> UpstreamCluster {
        if let made = clusters[index].made { return made }
        return makeCluster(at: index)
    }

    @inline(never)
    private func makeCluster(at index: Int) -> UpstreamCluster {
        let made = UpstreamCluster(clusters[index].compiled, worker: self)
        clusters[index].made = made
        return made
    }

    func cluster(named name: String) -> UpstreamCluster? { snapshot.clusterIndex[name].map { cluster(at: $0) } }

    /// Serves a snapshot from the next request on. What there is of clusters that stay, stays.
    func install(_ next: Snapshot) {
        tick()
        let gone = place(next.clusters)
        snapshot = next
        for cluster in gone { cluster.drain() }
        for (index, place) in clusters.enumerated() where place.made == nil && place.compiled.outliers != nil {
            // The first worker keeps the outliers for all, be there requests on it or not.
            _ = makeCluster(at: index)
        }
        let scripts = Set(next.scripts.all.map(ObjectIdentifier.init))
        for (slot, state) in luaStates.enumerated() {
            guard let state, !scripts.contains(ObjectIdentifier(state.script)) else { continue }
            state.retire()
            luaStates[slot] = nil
        }
    }

    /// Puts clusters in the place of those before, most of which are the same at the same place. Returns those that are no
    /// longer there.
    private func place(_ next: [CompiledCluster]) -> some Sequence<UpstreamCluster> {
        var displaced: [ObjectIdentifier: UpstreamCluster] = [:]
        func displace(_ place: ClusterPlace) {
            if let made = place.made { displaced[ObjectIdentifier(place.compiled)] = made }
        }
        if clusters.count > next.count {
            for place in clusters[next.count...] { displace(place) }
            clusters.removeLast(clusters.count - next.count)
        }
        var moved: [Int] = []
        for (index, compiled) in next.enumerated() {
            if index >= clusters.count {
                clusters.append(ClusterPlace(compiled: compiled))
                moved.append(index)
            } else if clusters[index].compiled !== compiled {
                displace(clusters[index])
                clusters[index] = ClusterPlace(compiled: compiled)
                moved.append(index)
            }
        }
        if !displaced.isEmpty {
            for index in moved { clusters[index].made = displaced.removeValue(forKey: ObjectIdentifier(next[index])) }
        }
        return displaced.values
    }
}
