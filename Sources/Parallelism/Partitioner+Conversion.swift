import Networks
import Tensors

extension Partitioner {
    mutating func newPlace(of value: ValueID, placements: [Placement]) -> PlacedID {
        let id = PlacedID(placed.values.count)
        placed.values.append(
            PlacedValue(
                id: id, value: value, name: graph.value(value).name, type: graph.type(value), placements: placements))
        placesOfValue[value, default: []].append(id)
        return id
    }

    /// The value at the wanted place: as it is, loaded, or converted from the place where it was made.
    mutating func obtain(_ value: ValueID, placements: [Placement]) throws(ParallelismError) -> PlacedID {
        if let existing = placesOfValue[value]?.first(where: { placed[$0].placements == placements }) { return existing }
        switch graph.value(value).source {
        case .input:
            let id = newPlace(of: value, placements: placements)
            placed.instructions.append(.load(id))
            return id
        case .parameter(let index) where placesOfValue[value] == nil:
            guard let home = homes?[index] else { return newPlace(of: value, placements: placements) }
            return try convert(newPlace(of: value, placements: home), to: placements)
        case .parameter, .node:
            guard let places = placesOfValue[value], let home = places.first else {
                preconditionFailure("\(graph.value(value).name) is used before it is made")
            }
            return try convert(home, to: placements)
        }
    }

    /// Adds the collectives that turn a value's placements into `wanted`: sums first, then gathers, then slices; axes
    /// that change alike change together.
    mutating func convert(_ source: PlacedID, to wanted: [Placement]) throws(ParallelismError) -> PlacedID {
        guard let steps = steps(from: source, to: wanted) else {
            throw .cannotConvert(
                value: placed[source].name, from: "\(placed[source].placements)", to: "\(wanted)")
        }
        var current = source
        for (kind, changing, placements) in steps {
            let before = placed[current]
            if let existing = placesOfValue[before.value]?.first(where: { placed[$0].placements == placements }) {
                current = existing
                continue
            }
            let after = newPlace(of: before.value, placements: placements)
            placed.instructions.append(.collective(kind, axes: changing, input: current, output: after))
            current = after
        }
        return current
    }

    private typealias Step = (kind: CollectiveKind, axes: [Int], placements: [Placement])

    /// In which order placements change: sums first, so that less has to move, then exchanges, then what is local. Where that leads through
    /// a placement that is none, another order may not.
    private static let orders: [[CollectiveKind]] = [
        [.reduceScatter, .allReduce, .allToAll, .allGather, .slice],
        [.reduceScatter, .allReduce, .allGather, .allToAll, .slice],
        [.slice, .reduceScatter, .allReduce, .allToAll, .allGather],
        [.allGather, .reduceScatter, .allReduce, .allToAll, .slice],
        [.allReduce, .allGather, .allToAll, .slice, .reduceScatter],
        [.allGather, .allReduce, .slice, .allToAll, .reduceScatter],
    ]

    /// The collectives that turn a tensor's placements into others, along which axes, and what each leaves; nil where none do.
    private func steps(from source: PlacedID, to wanted: [Placement]) -> [Step]? {
        let (value, present) = (placed[source], placed[source].placements)
        if let direct = directSteps(of: value, from: present, to: wanted) { return direct }
        // Whole along the axes that disagree, and divided anew from there.
        let whole = zip(present, wanted).map { present, wanted in
            func isDivided(_ placement: Placement) -> Bool {
                if case .split(let dimension) = placement { value.type.axes[dimension] != .example } else { false }
            }
            return isDivided(present) || isDivided(wanted) ? Placement.replicated : wanted
        }
        guard let first = directSteps(of: value, from: present, to: whole),
            let second = directSteps(of: value, from: whole, to: wanted)
        else { return nil }
        return first + second
    }

    /// Steps that change each axis once.
    private func directSteps(of value: PlacedValue, from source: [Placement], to wanted: [Placement]) -> [Step]? {
        for order in Self.orders {
            var present = source
            var steps: [Step] = []
            var isPossible = true
            for kind in order {
                let changing = wanted.indices.filter {
                    present[$0] != wanted[$0] && Self.kind(from: present[$0], to: wanted[$0]) == kind
                }
                guard !changing.isEmpty else { continue }
                let before = present
                for axis in changing { present[axis] = wanted[axis] }
                steps.append((kind, changing, present))
                isPossible =
                    isPossible && nests(before, present, rank: value.type.shape.rank)
                    && (!value.type.hasExamples || dividesOuterAxesFirst(present))
            }
            if present == wanted && isPossible { return steps }
        }
        return nil
    }

    /// Whether what a worker has after a change is made of what it and its peers along the changed axes had before.
    ///
    /// Blocks are numbered with the outer axis first. Six channels, divided along an axis of two and one of three:
    ///
    ///     outer and inner  │ 0 │ 1 │ 2 │ 3 │ 4 │ 5 │    worker (0, 1) has block 1
    ///     outer only       │     0     │     1     │    which is in what (0, ·) had
    ///     inner only       │   0   │   1   │   2   │    but not in what (·, 1) had
    ///
    /// So the axes that divide a dimension before and after must begin alike.
    private func nests(_ before: [Placement], _ after: [Placement], rank: Int) -> Bool {
        (0..<rank).allSatisfy { dimension in
            func dividing(_ placements: [Placement]) -> [Int] {
                placements.indices.filter { placements[$0] == .split(dimension) && placed.mesh.extents[$0] > 1 }
            }
            let (old, new) = (dividing(before), dividing(after))
            return zip(old, new).allSatisfy(==)
        }
    }

    private static func kind(from present: Placement, to wanted: Placement) -> CollectiveKind? {
        switch (present, wanted) {
        case (.partial, .split): .reduceScatter
        case (.partial, .replicated): .allReduce
        case (.split, .split): .allToAll
        case (.split, .replicated): .allGather
        case (.replicated, .split): .slice
        default: nil
        }
    }

    /// Whether the batch is divided along the outer ones of the axes that may divide it, as micro-batches are numbered.
    private func dividesOuterAxesFirst(_ placements: [Placement]) -> Bool {
        let dividing = placed.batchAxes.filter { placements[$0] == .split(0) }
        return dividing == Array(placed.batchAxes.prefix(dividing.count))
    }
}
