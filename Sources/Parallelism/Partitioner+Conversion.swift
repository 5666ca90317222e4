import Networks
import Tensors

extension Partitioner {
    mutating func newPlace(of value: ValueID, name: String, placements: [Placement], isBatched: Bool) -> PlacedID {
        let id = PlacedID(placed.values.count)
        placed.values.append(
            PlacedValue(
                id: id, value: value, name: name, type: graph.type(value), placements: placements, isBatched: isBatched))
        placesOfValue[value, default: []].append(id)
        return id
    }

    /// The value at the wanted place: as it is, loaded, or converted from the place where it was made.
    mutating func obtain(_ value: ValueID, placements: [Placement]) throws(ParallelismError) -> PlacedID {
        if let existing = placesOfValue[value]?.first(where: { placed[$0].placements == placements }) { return existing }
        let name = graph.value(value).name
        switch graph.value(value).source {
        case .images, .labels:
            let id = newPlace(of: value, name: name, placements: placements, isBatched: true)
            placed.instructions.append(.load(id))
            return id
        case .parameter where placesOfValue[value] == nil:
            return newPlace(of: value, name: name, placements: placements, isBatched: false)
        case .parameter, .node:
            guard let places = placesOfValue[value], let home = places.first else {
                preconditionFailure("\(name) is used before it is made")
            }
            return try convert(home, to: placements)
        }
    }

    /// Adds the collectives that turn a value's placements into `wanted`: sums first, then gathers, then slices; axes
    /// that change alike change together.
    mutating func convert(_ source: PlacedID, to wanted: [Placement]) throws(ParallelismError) -> PlacedID {
        var current = source
        func axes(where test: (Placement, Placement) -> Bool) -> [Int] {
            wanted.indices.filter {
                placed[current].placements[$0] != wanted[$0] && test(placed[current].placements[$0], wanted[$0])
            }
        }
        func isSplit(_ placement: Placement) -> Bool { if case .split = placement { true } else { false } }
        let steps: [(CollectiveKind, (Placement, Placement) -> Bool)] = [
            (.reduceScatter, { $0 == .partial && isSplit($1) }),
            (.allReduce, { $0 == .partial && $1 == .replicated }),
            (.allToAll, { isSplit($0) && isSplit($1) }),
            (.allGather, { isSplit($0) && $1 == .replicated }),
            (.slice, { $0 == .replicated && isSplit($1) }),
        ]
        for (kind, test) in steps {
            let changing = axes(where: test)
            guard !changing.isEmpty else { continue }
            var placements = placed[current].placements
            for axis in changing { placements[axis] = wanted[axis] }
            let before = placed[current]
            if let existing = placesOfValue[before.value]?.first(where: { placed[$0].placements == placements }) {
                current = existing
                continue
            }
            let after = newPlace(of: before.value, name: before.name, placements: placements, isBatched: before.isBatched)
            placed.instructions.append(.collective(kind, axes: changing, input: current, output: after))
            current = after
        }
        guard placed[current].placements == wanted else {
            throw .cannotConvert(
                value: placed[source].name, from: "\(placed[source].placements)", to: "\(wanted)")
        }
        return current
    }
}
