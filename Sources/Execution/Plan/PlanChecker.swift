/// Why the plans of a session's workers do not fit together.
package struct PlanFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let worker: Int
    package let description: String
}

/// Holds the plans of all workers against each other: nobody waits for somebody who does not come, nothing is read before it is
/// written, and nothing is overwritten before it is read.
///
/// Pure: it goes through the traces from barrier to barrier. Between two barriers workers run in any order, so what one reads of another
/// must have been written before the first of the two and stay until the second.
///
///              ┃   phase 0    ┃   phase 1    ┃   phase 2
///     worker 0 ┃ writes a     ┃ reads b      ┃ writes a again
///     worker 1 ┃ writes b     ┃ reads a      ┃
package struct PlanChecker {
    private typealias Reading = (worker: Int, title: String, span: MemoryTrace.Span)

    private let workers: [Int]
    /// By phase and worker.
    private let phases: [[[MemoryTrace.Access]]]
    private let entries: [AddressBook.Entry: MemoryTrace.Span]
    private var arenas: [Int: ContentMap] = [:]
    private var updated: [MemoryTrace.Space: [Range<Int>]] = [:]
    private var sizes: [MemoryTrace.Space: Int] = [:]

    /// Throws the first fault. Cost: proportional to the items of all plans, times the buffers that live at once.
    package static func check(_ traces: [MemoryTrace]) throws(PlanFault) {
        try checkBarriers(traces)
        var checker = PlanChecker(traces)
        for phase in checker.phases.indices { try checker.check(phase) }
        for trace in traces {
            for result in trace.results { try checker.expect(result, trace.worker, "the host", phase: "after the step") }
        }
        try checker.checkThatUpdatesAreWhole()
    }

    private init(_ traces: [MemoryTrace]) {
        var phases: [[[MemoryTrace.Access]]] = []
        for (place, trace) in traces.enumerated() {
            var phase = 0
            for event in trace.events {
                while phases.count <= phase { phases.append(Array(repeating: [], count: traces.count)) }
                switch event {
                case .barrier: phase += 1
                case .access(let access): phases[phase][place].append(access)
                }
            }
        }
        self.phases = phases
        entries = traces.reduce(into: [:]) { $0.merge($1.entries) { first, _ in first } }
        workers = traces.map(\.worker)
    }

    // MARK: Waiting

    /// All workers meet the same barriers in the same order.
    private static func checkBarriers(_ traces: [MemoryTrace]) throws(PlanFault) {
        let barriers = traces.map { trace in
            trace.events.compactMap { if case .barrier(let barrier) = $0 { barrier } else { nil } }
        }
        guard let first = barriers.first else { return }
        for (trace, own) in zip(traces, barriers) where own != first {
            let place = zip(own, first).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(own.count, first.count)
            func text(_ barriers: [BarrierPlace]) -> String {
                guard place < barriers.count else { return "has no barrier \(place)" }
                let turn = barriers[place].turn.map { " of turn \($0)" } ?? ""
                return "waits at barrier \(place) before instruction \(barriers[place].instruction)\(turn)"
            }
            throw PlanFault(
                worker: trace.worker,
                description: "worker \(trace.worker) \(text(own)), worker \(traces[0].worker) \(text(first))")
        }
    }

    // MARK: Memory

    private mutating func check(_ phase: Int) throws(PlanFault) {
        var foreign: [Reading] = []
        var parameterReads: [Reading] = []
        var written: [Int: [Range<Int>]] = [:]
        var parameterWrites: [Reading] = []
        for (place, worker) in workers.enumerated() {
            for access in phases[phase][place] {
                for source in access.reads {
                    let span = try resolve(source, worker, access.title)
                    switch span.space {
                    case .arena(worker): try expect(span, worker, access.title, phase: "in phase \(phase)")
                    case .arena: foreign.append((worker, access.title, span))
                    case .parameter: parameterReads.append((worker, access.title, span))
                    }
                    try checkOverlap(access, span, worker)
                }
                for span in access.writes where !span.bytes.isEmpty {
                    switch span.space {
                    case .arena(worker):
                        arenas[worker, default: ContentMap()].write(span.bytes, span.content)
                        written[worker, default: []].append(span.bytes)
                    case .arena(let other):
                        throw fault(worker, "\(access.title) writes into the memory of worker \(other)")
                    case .parameter:
                        parameterWrites.append((worker, access.title, span))
                        updated[span.space, default: []].append(span.bytes)
                    }
                }
            }
        }
        for reading in foreign {
            guard case .arena(let owner) = reading.span.space else { continue }
            if written[owner]?.contains(where: { $0.overlaps(reading.span.bytes) }) == true {
                throw fault(
                    reading.worker, "\(reading.title) reads memory of worker \(owner) that is written in the same phase \(phase)")
            }
            try expect(reading.span, owner, "\(reading.title) of worker \(reading.worker)", phase: "in phase \(phase)")
        }
        try checkParameters(parameterReads, parameterWrites, phase)
    }

    /// Of a device's parameter nobody reads or writes what another worker writes in the same phase.
    private mutating func checkParameters(_ reads: [Reading], _ writes: [Reading], _ phase: Int) throws(PlanFault) {
        for reading in reads { sizes[reading.span.space] = max(sizes[reading.span.space] ?? 0, reading.span.bytes.upperBound) }
        for write in writes {
            for other in reads + writes
            where other.worker != write.worker && other.span.space == write.span.space
                && other.span.bytes.overlaps(write.span.bytes)
            {
                throw fault(
                    write.worker,
                    "\(write.title) writes what worker \(other.worker) needs for \(other.title) in the same phase \(phase)")
            }
        }
    }

    /// A parameter that is updated is updated in all of its elements, on every device.
    private func checkThatUpdatesAreWhole() throws(PlanFault) {
        for (space, parts) in updated {
            var end = 0
            for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) where part.lowerBound <= end {
                end = max(end, part.upperBound)
            }
            let size = sizes[space] ?? 0
            guard end < size else { continue }
            throw fault(workers[0], "only \(end) of \(size) bytes of \(space) are updated in a row")
        }
    }

    /// Whether what is written lies on what is read although the item does not work in place.
    private func checkOverlap(_ access: MemoryTrace.Access, _ span: MemoryTrace.Span, _ worker: Int) throws(PlanFault) {
        guard !access.isInPlace else { return }
        if access.writes.contains(where: { $0.space == span.space && $0.bytes.overlaps(span.bytes) }) {
            throw fault(worker, "\(access.title) overwrites what it reads")
        }
    }

    private func resolve(_ source: MemoryTrace.Source, _ worker: Int, _ title: String) throws(PlanFault) -> MemoryTrace.Span {
        switch source {
        case .span(let span): return span
        case .entry(let entry):
            guard let span = entries[entry] else { throw fault(worker, "\(title) reads \(entry), which nobody makes") }
            return span
        }
    }

    private func expect(_ span: MemoryTrace.Span, _ owner: Int, _ title: String, phase: String) throws(PlanFault) {
        guard case .arena = span.space, let content = span.content, !span.bytes.isEmpty else { return }
        if arenas[owner]?.holds(span.bytes, content) != true {
            throw fault(owner, "\(title) reads buffer \(content) \(phase), which is not written yet or overwritten already")
        }
    }

    private func fault(_ worker: Int, _ text: String) -> PlanFault {
        PlanFault(worker: worker, description: "worker \(worker): \(text)")
    }
}

/// Whose content lies where in an arena.
private struct ContentMap {
    private var parts: [(bytes: Range<Int>, content: Int?)] = []

    mutating func write(_ bytes: Range<Int>, _ content: Int?) {
        var kept: [(bytes: Range<Int>, content: Int?)] = []
        kept.reserveCapacity(parts.count + 2)
        for part in parts {
            guard part.bytes.overlaps(bytes) else {
                kept.append(part)
                continue
            }
            if part.bytes.lowerBound < bytes.lowerBound { kept.append((part.bytes.lowerBound..<bytes.lowerBound, part.content)) }
            if bytes.upperBound < part.bytes.upperBound { kept.append((bytes.upperBound..<part.bytes.upperBound, part.content)) }
        }
        kept.append((bytes, content))
        parts = kept
    }

    func holds(_ bytes: Range<Int>, _ content: Int) -> Bool {
        let covered = parts.reduce(0) { sum, part in
            part.content == content && part.bytes.overlaps(bytes) ? sum + part.bytes.clamped(to: bytes).count : sum
        }
        return covered == bytes.count
    }
}
