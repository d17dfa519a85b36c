import ApusConfig
import Atomics
import NIOCore

// Scripts that are edited while requests pass: by their files, or through the admin server. Requests under way keep the
// text with which they began.

extension Proxy {
    public func scriptReadings() async -> [ScriptReading] {
        var readings: [ScriptReading] = []
        // Several scripts can share a name: one text in two listeners.
        for name in Set(snapshot.scripts.all.map(\.name)).sorted() {
            let scripts = snapshot.scripts.named(name)
            if let reading = await reading(of: name, scripts) { readings.append(reading) }
        }
        return readings
    }

    public func scriptText(_ name: String) -> String? { snapshot.scripts.named(name).first?.current.text }

    /// `dryRun`: only says what would become of it.
    public func replaceScript(_ name: String, with text: String, dryRun: Bool) async -> ScriptChange {
        await beginChange()
        defer { endChange() }
        let scripts = snapshot.scripts.named(name)
        guard !scripts.isEmpty else { return .unknown }
        do {
            for script in scripts { try script.check(text) }
        } catch {
            if !dryRun { await count(.reloadFailures, of: scripts) }
            return .refused(ScriptFault("\(error)", origin: scripts[0].current.origin))
        }
        if !dryRun {
            for script in scripts { script.adopt(text) }
            await wasReplaced(scripts)
        }
        return .done(hash: ScriptReading.hash(text))
    }

    public func rollBackScript(_ name: String) async -> ScriptChange {
        await beginChange()
        defer { endChange() }
        let scripts = snapshot.scripts.named(name)
        guard !scripts.isEmpty else { return .unknown }
        let changed = scripts.filter { $0.rollBack() }
        guard let first = changed.first else { return .nothingBefore }
        await wasReplaced(changed)
        return .done(hash: ScriptReading.hash(first.current.text))
    }

    // MARK: Files

    /// Looks at the scripts' files from time to time as long as there are any.
    func watchScripts() {
        guard snapshot.scripts.all.contains(where: \.mayReadFiles), !isStopped else {
            watching?.cancel()
            watching = nil
            return
        }
        guard watching == nil else { return }
        watching = Task.detached { [weak self] in
            var files = ScriptFiles()
            while true {
                try? await Task.sleep(for: ScriptFiles.interval)
                guard !Task.isCancelled, let paths = await self?.scriptFiles else { return }
                for change in files.look(at: paths) { await self?.follow(change) }
            }
        }
    }

    private var scriptFiles: Set<String> {
        snapshot.scripts.all.reduce(into: []) { files, script in
            if let filename = script.filename { files.insert(filename) }
            files.formUnion(script.modules.paths)
        }
    }

    private func follow(_ change: ScriptFiles.Change) async {
        await beginChange()
        defer { endChange() }
        switch change {
        case .text(let path, let text):
            await follow(text, in: path)
            await follow(Array(text.utf8), ofModule: path)
        case .unreadable(let path, let reason):
            let scripts = snapshot.scripts.of(file: path) + snapshot.scripts.requiring(path)
            LuaLog.note(.error, "script not read again, the text before stays", script: path, reason: reason)
            await count(.reloadFailures, of: scripts)
        }
    }

    private func follow(_ text: String, in path: String) async {
        let scripts = snapshot.scripts.of(file: path)
        let changed = scripts.filter { $0.differs(fromSource: text) }
        for script in scripts { script.sourceIsBack(to: text) }
        guard !changed.isEmpty else { return }
        do {
            for script in changed { try script.check(text) }
        } catch {
            // A touched file says the same again.
            guard changed.filter({ $0.refuse(source: text) }).count > 0 else { return }
            LuaLog.note(.error, "script refused, the text before stays", script: path, reason: "\(error)")
            return await count(.reloadFailures, of: changed)
        }
        for finding in LuaWarnings.find(in: text) {
            LuaLog.note(.warning, "\(path):\(finding.line): \(finding.message)", script: path)
        }
        for script in changed { script.adopt(source: text) }
        await wasReplaced(changed)
    }

    /// A module that scripts have required: they run again with what it says now.
    private func follow(_ text: [UInt8], ofModule path: String) async {
        var changed: [LuaScript] = []
        for script in snapshot.scripts.requiring(path) where script.modules.known(path) != text {
            do {
                try script.replace(module: path, with: text)
                changed.append(script)
            } catch {
                LuaLog.note(
                    .error, "module refused, the text before stays", script: script.name, reason: "\(path): \(error)")
                await count(.reloadFailures, of: [script])
            }
        }
        if !changed.isEmpty { await wasReplaced(changed) }
    }

    // MARK: After a change

    /// Gives workers that have a state of the scripts one of the text in force, so that the next request need not wait
    /// for it, and no worker keeps an old text's memory.
    private func wasReplaced(_ scripts: [LuaScript]) async {
        for worker in workers {
            try? await worker.loop.submit {
                for script in scripts where script.hasState(on: worker) { _ = script.state(on: worker) }
            }.get()
        }
        for name in Set(scripts.map(\.name)).sorted() {
            LuaLog.note(.info, "script replaced, new requests run it", script: name)
        }
        await count(.reloads, of: scripts)
    }

    /// Once for each filter that the scripts belong to.
    private func count(_ counter: LuaCounter, of scripts: [LuaScript]) async {
        guard let worker = workers.first else { return }
        let groups = Set(scripts.map(\.stats))
        try? await worker.loop.submit { for group in groups { worker.counters(group).add(counter) } }.get()
    }

    private func reading(of name: String, _ scripts: [LuaScript]) async -> ScriptReading? {
        guard let newest = scripts.max(by: { $0.current.since < $1.current.since }) else { return nil }
        let version = newest.current
        var values = LuaCounter.allCases.map { _ in 0 }
        var memory = 0
        let groups = Set(scripts.map(\.stats))
        for worker in workers {
            let read = try? await worker.loop.submit {
                (
                    LuaCounter.allCases.map { counter in
                        groups.reduce(0) { $0 + worker.counters($1)[counter] }
                    }, scripts.reduce(0) { $0 + $1.memory(on: worker) }
                )
            }.get()
            guard let read else { continue }
            for (index, value) in read.0.enumerated() { values[index] += value }
            memory += read.1
        }
        var reading = ScriptReading(
            name: name, filename: newest.filename, place: version.origin, text: version.text,
            since: version.since.text, previousVersions: scripts.map(\.previousCount).max() ?? 0,
            counters: zip(LuaCounter.allCases, values).filter { $0.0.kind == .counter }.map { ($0.0.name, $0.1) })
        reading.memoryBytes = memory
        reading.states = scripts.reduce(0) { $0 + $1.stateCount.load(ordering: .relaxed) }
        return reading
    }
}

extension LuaScript {
    /// Its own, or modules'.
    fileprivate var mayReadFiles: Bool { filename != nil || !limits.scriptFolders.isEmpty }

    /// On the worker's loop only, as what follows.
    fileprivate func hasState(on worker: Worker) -> Bool {
        slot < worker.luaStates.count && worker.luaStates[slot]?.script === self
    }

    /// Bytes that the worker's state has in use.
    fileprivate func memory(on worker: Worker) -> Int {
        hasState(on: worker) ? worker.luaStates[slot]?.memory ?? 0 : 0
    }
}
