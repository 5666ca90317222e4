import Networks

extension Partitioner {
    /// A gradient that lives in terms is summed slice by slice; each worker updates its slice, with the optimizer's
    /// state for that slice only, and the slices are gathered.
    mutating func placeUpdates(_ wanted: [ParameterUpdate]) throws(ParallelismError) {
        var updates: [(parameter: Int, gradient: PlacedID, axes: [Int])] = []
        for (parameter, gradient) in wanted.map({ ($0.parameter, $0.contribution) }) {
            let home = placed[placed.parameters[parameter]].placements
            guard let source = placesOfValue[gradient]?.first else { continue }
            let wanted = zip(home, placed[source].placements).map { home, gradient in
                home == .replicated && gradient == .partial ? Placement.partial : home
            }
            let place = try convert(source, to: wanted)
            updates.append((parameter, place, wanted.indices.filter { wanted[$0] == .partial }))
        }
        placed.microStepInstructionCount = placed.instructions.count
        for update in wanted { placed.rules[update.parameter] = update.rule }
        for update in updates where !update.axes.isEmpty {
            placed.instructions.append(
                .reduceGradient(parameter: update.parameter, gradient: update.gradient, axes: update.axes))
        }
        let measured = updates.filter { placed.usesSquares(of: $0.parameter) }
        for update in measured {
            placed.instructions.append(.squares(parameter: update.parameter, gradient: update.gradient, axes: update.axes))
        }
        if !measured.isEmpty { placed.instructions.append(.norms) }
        for update in updates {
            placed.instructions.append(.update(parameter: update.parameter, gradient: update.gradient, axes: update.axes))
        }
        for update in updates where !update.axes.isEmpty {
            placed.instructions.append(.gatherParameter(parameter: update.parameter, axes: update.axes))
        }
    }
}
