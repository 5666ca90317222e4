import Networks

extension PlacedGraph {
    /// Whether a step asks for the squares of a parameter and of its gradient: where all gradients are clipped, and where the rule uses norms.
    public func usesSquares(of parameter: Int) -> Bool {
        guard graph.parameters[parameter].isTrainable, let rule = rules[parameter] else { return false }
        return clipping != nil || rule.usesNorms
    }

    /// The workers that have a part of a parameter's gradient each, all of them together the whole: of those that have the same part the
    /// first.
    public func partHolders(of parameter: Int, axes: [Int]) -> [Int] {
        let placements = self[parameters[parameter]].placements
        return (0..<mesh.workerCount).filter { worker in
            let coordinates = mesh.coordinates(of: worker)
            return placements.indices.allSatisfy { axis in
                if case .split = placements[axis] { return true }
                return axes.contains(axis) || coordinates[axis] == 0
            }
        }
    }

    /// The parameters whose squares are asked for, and the axes over which their gradients are summed.
    public var squares: [(parameter: Int, axes: [Int])] {
        updateInstructions.compactMap {
            guard case .squares(let parameter, _, let axes) = $0 else { return nil }
            return (parameter, axes)
        }
    }
}
