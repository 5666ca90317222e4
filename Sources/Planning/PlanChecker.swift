import Parallelism

/// Why the plans of a session's workers do not fit together.
package struct PlanFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let worker: Int
    package let description: String
}

/// Holds the plans of all workers against each other: nobody waits for ever, nothing is read before it is written, and nothing is
/// overwritten before it is read.
///
/// Pure: it goes through the traces, and asks of two events of different workers whether signals put one before the other. What a worker
/// reads of another must be there for certain, and may be overwritten only by one who knows that it has been read.
///
///     worker 0   writes a   signal 1   wait for 1 of worker 1   reads b   signal 2   …                        writes a again
///     worker 1   writes b   signal 1   wait for 1 of worker 0   reads a   signal 2   wait for 2 of worker 0   …
///                                                               ‾‾‾‾‾‾‾ worker 0 has not waited for this: a fault
package struct PlanChecker {
    private typealias Event = (place: Int, index: Int)
    /// Somebody who reads a worker's memory, and how many of the worker's events are done for certain by then.
    private typealias Reading = (after: Int, span: MemoryTrace.Span, reader: Event?, title: String)
    private typealias Use = (event: Event, title: String, bytes: Range<Int>, writes: Bool)

    private let traces: [MemoryTrace]
    private let order: SignalOrder
    private let entries: [Published: MemoryTrace.Span]
    private var readings: [[Reading]]
    private var uses: [MemoryTrace.Space: [Use]] = [:]

    /// Throws the first fault. Cost: proportional to the items of all plans, times the buffers that live at once.
    package static func check(_ traces: [MemoryTrace]) throws(PlanFault) {
        var checker = try PlanChecker(traces)
        for place in traces.indices { try checker.note(place) }
        for place in traces.indices { try checker.checkArena(of: place) }
        for (space, uses) in checker.uses.sorted(by: { $0.key < $1.key }) { try checker.checkParameter(space, uses) }
    }

    /// - Precondition: the traces stand in the order of their workers, from 0 on.
    private init(_ traces: [MemoryTrace]) throws(PlanFault) {
        self.traces = traces
        precondition(traces.enumerated().allSatisfy { $0 == $1.worker }, "the traces are not in the order of the workers")
        do {
            order = try SignalOrder(
                traces.map { trace in
                    trace.events.map { event in
                        switch event {
                        case .access: .other
                        case .signal(let number): .signal(number)
                        case .wait(let signals): .wait(signals)
                        }
                    }
                })
        } catch {
            throw PlanFault(worker: error.worker, description: error.description)
        }
        entries = traces.reduce(into: [:]) { $0.merge($1.entries) { first, _ in first } }
        readings = traces.map { _ in [] }
    }

    // MARK: What is read and written

    /// Sorts what a worker reads and writes by whose memory that is.
    private mutating func note(_ place: Int) throws(PlanFault) {
        for (index, event) in traces[place].events.enumerated() {
            guard case .access(let access) = event else { continue }
            for source in access.reads {
                let span = try resolve(source, place, access.title)
                try note(span, (place, index), access.title)
                try checkOverlap(access, span, place)
            }
            for span in access.writes where !span.bytes.isEmpty {
                switch span.space {
                case .arena(place): break
                case .arena(let other): throw fault(place, "\(access.title) writes into the memory of worker \(other)")
                case .parameter: uses[span.space, default: []].append(((place, index), access.title, span.bytes, true))
                }
            }
        }
        for result in traces[place].results { readings[place].append((traces[place].events.count, result, nil, "the host")) }
    }

    private mutating func note(_ span: MemoryTrace.Span, _ reader: Event, _ title: String) throws(PlanFault) {
        switch span.space {
        case .arena(let owner):
            let done = order.eventsDone(by: owner, before: reader.index, of: reader.place)
            readings[owner].append((done, span, reader, title))
        case .parameter: uses[span.space, default: []].append((reader, title, span.bytes, false))
        }
    }

    private func resolve(_ source: MemoryTrace.Source, _ place: Int, _ title: String) throws(PlanFault) -> MemoryTrace.Span {
        switch source {
        case .span(let span): return span
        case .entry(let entry):
            guard let span = entries[entry] else { throw fault(place, "\(title) reads \(entry), which nobody makes") }
            return span
        }
    }

    /// Whether what is written lies on what is read although the item does not work in place.
    private func checkOverlap(_ access: MemoryTrace.Access, _ span: MemoryTrace.Span, _ place: Int) throws(PlanFault) {
        guard !access.isInPlace else { return }
        if access.writes.contains(where: { $0.space == span.space && $0.bytes.overlaps(span.bytes) }) {
            throw fault(place, "\(access.title) overwrites what it reads")
        }
    }

    // MARK: Arenas

    /// Whoever reads a worker's arena finds there what it expects, until it has read it.
    private mutating func checkArena(of owner: Int) throws(PlanFault) {
        let events = traces[owner].events
        var content = ContentMap()
        var written = 0
        for reading in readings[owner].sorted(by: { $0.after < $1.after }) {
            while written < reading.after {
                if case .access(let access) = events[written] {
                    for span in access.writes where span.space == .arena(worker: owner) && !span.bytes.isEmpty {
                        content.write(span.bytes, span.content)
                    }
                }
                written += 1
            }
            if let buffer = reading.span.content, !reading.span.bytes.isEmpty, !content.holds(reading.span.bytes, buffer) {
                let reader = reading.reader.map { $0.place == owner ? "" : " of worker \($0.place)" } ?? ""
                throw fault(
                    owner,
                    "\(reading.title)\(reader) reads buffer \(buffer), which may not be written yet or is overwritten already")
            }
            guard let reader = reading.reader, reader.place != owner else { continue }
            try checkThatItStays(reading, reader, owner)
        }
    }

    /// What another worker reads stays until the owner knows that it has been read.
    private func checkThatItStays(_ reading: Reading, _ reader: Event, _ owner: Int) throws(PlanFault) {
        let events = traces[owner].events
        for index in reading.after..<max(reading.after, events.count) {
            if order.isDone(reader.index, of: reader.place, before: index, of: owner) { return }
            guard case .access(let access) = events[index] else { continue }
            if access.writes.contains(where: { $0.space == reading.span.space && $0.bytes.overlaps(reading.span.bytes) }) {
                throw fault(
                    owner, "\(access.title) may overwrite what worker \(reader.place) has not read yet for \(reading.title)")
            }
        }
    }

    // MARK: Parameters

    /// Of a device's parameter nobody reads or writes what another worker writes at a time that no signal separates. One that is updated is
    /// updated in all of its elements.
    private func checkParameter(_ space: MemoryTrace.Space, _ uses: [Use]) throws(PlanFault) {
        let size = uses.reduce(0) { $1.writes ? $0 : max($0, $1.bytes.upperBound) }
        let writes = uses.filter(\.writes)
        for write in writes {
            for other in uses where other.event.place != write.event.place && other.bytes.overlaps(write.bytes) {
                let (a, b) = (write.event, other.event)
                guard
                    order.isDone(a.index, of: a.place, before: b.index, of: b.place)
                        || order.isDone(b.index, of: b.place, before: a.index, of: a.place)
                else {
                    throw fault(
                        a.place,
                        "\(write.title) writes what worker \(traces[b.place].worker) may need for \(other.title) at the same time"
                    )
                }
            }
        }
        guard !writes.isEmpty else { return }
        var end = 0
        for part in writes.map(\.bytes).sorted(by: { $0.lowerBound < $1.lowerBound }) where part.lowerBound <= end {
            end = max(end, part.upperBound)
        }
        guard end >= size else { throw fault(0, "only \(end) of \(size) bytes of \(space) are updated in a row") }
    }

    private func fault(_ place: Int, _ text: String) -> PlanFault {
        PlanFault(worker: traces[place].worker, description: "worker \(traces[place].worker): \(text)")
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
