import Networks
import Parallelism
import Tensors

extension Planner {
    /// The kernel of a node: the variant that was decided for it, or is decided now.
    mutating func choose(
        _ operation: any ComputableOperation, _ request: KernelRequest, node: NodeID
    ) throws -> KernelChoice {
        var request = request
        if let seed = selection.drawn {
            let open = possibleVariants(operation, request)
            let random = RandomSource(seed: seed, purpose: .synthesis, stream: UInt32(worker))
            request.variant = open[random.integer(step: turn, index: node.index, below: open.count)]
        } else if let variant = plan.variants[node] ?? decided?.variants[purpose]?[node] {
            // A shard of another size may not be open to what was decided for the others.
            request.variant = operation.variants(for: request).contains(variant) ? variant : .standard
        } else {
            request.variant = decide(operation, request, node: node)
            plan.variants[node] = request.variant
        }
        do {
            return try operation.kernel(for: request)
        } catch  where request.precision != .f32 {
            // Some shapes have no kernel in the narrow format; those products are taken in single precision.
            request.precision = .f32
            return try operation.kernel(for: request)
        }
    }

    /// How many times as fast as the standard kernel another has to be: less is the clock's noise, and would be decided anew each time.
    private static let leastGain = 1.02

    private mutating func decide(
        _ operation: any ComputableOperation, _ request: KernelRequest, node: NodeID
    ) -> KernelVariant {
        let variants = possibleVariants(operation, request)
        guard variants.count > 1 else { return .standard }
        let key = Self.key(operation, request)
        var seconds: [String: Double] = [:]
        var variant = variants[0]
        if let known = selection.known[key], variants.contains(known) {
            variant = known
        } else if let preferred = selection.preferred.first(where: variants.contains) {
            variant = preferred
        } else if selection.measures {
            let measurement = KernelMeasurement(operation: operation, request: request)
            for candidate in variants { seconds[candidate.rawValue] = try? measurement.seconds(candidate) }
            func cost(_ variant: KernelVariant) -> Double {
                let handicap =
                    variant == .standard
                    ? 1 : Self.leastGain * (variant == .batchInnermost ? BatchInnermost.entrance(request) : 1)
                return (seconds[variant.rawValue] ?? .infinity) * handicap
            }
            variant = variants.min { cost($0) < cost($1) } ?? variants[0]
        }
        selection.known.entries[key] = variant.rawValue
        plan.decisions.append(
            KernelDecision(layer: placed.graph.node(node).layer, key: key, variant: variant.rawValue, seconds: seconds))
        return variant
    }

    private func possibleVariants(_ operation: any ComputableOperation, _ request: KernelRequest) -> [KernelVariant] {
        operation.variants(for: request).filter { variant in
            guard variant != .standard else { return true }
            var request = request
            request.variant = variant
            // What this processor or this version of the library lacks is no choice.
            return (try? operation.kernel(for: request)) != nil
        }
    }

    /// What is computed, in words that are the same on every run.
    private static func key(_ operation: any ComputableOperation, _ request: KernelRequest) -> String {
        let attributes = operation.attributes
        let shapes = (request.inputs.map(\.type) + request.outputs.map(\.type)).map { "\($0.shape)" }
        let precision = request.precision == .f32 ? "" : " in \(request.precision.rawValue)"
        return operation.name + (attributes.isEmpty ? "" : " " + attributes) + " of " + shapes.joined(separator: ", ") + precision
    }
}
