import Kernels
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
            request.variant = open[random.integer(step: microStep, index: node.index, below: open.count)]
        } else if let variant = plan.variants[node] ?? decided?.variants[purpose]?[node] {
            // A micro-batch of another size may not be open to what was decided for the others.
            request.variant = operation.variants(for: request).contains(variant) ? variant : .standard
        } else {
            request.variant = decide(operation, request, node: node)
            plan.variants[node] = request.variant
        }
        if let choice = try? operation.kernel(for: request) { return choice }
        // Some shapes have no kernel in bfloat16; those products are taken in single precision. What fails in that fails again.
        request.precision = .f32
        return try operation.kernel(for: request)
    }

    /// Whatever could be done in another way on some processor is noted, also where there is no choice on this one: a run that goes on
    /// elsewhere keeps what it began with.
    private mutating func decide(
        _ operation: any ComputableOperation, _ request: KernelRequest, node: NodeID
    ) -> KernelVariant {
        let named = operation.variants(for: request)
        let key = Self.key(operation, request)
        let settled = selection.known.entries[key]
        guard named.count > 1 || settled != nil && settled != KernelVariant.standard.rawValue else { return .standard }
        let variants = possibleVariants(operation, request)
        let layer = placed.graph.node(node).layer
        let decision = decision(operation, request, among: variants, key: key, layer: layer)
        if let variant = KernelVariant(rawValue: decision.variant) { selection.known.entries[key] = variant.rawValue }
        plan.decisions.append(decision)
        return KernelVariant(rawValue: decision.variant) ?? .standard
    }

    private func decision(
        _ operation: any ComputableOperation, _ request: KernelRequest, among variants: [KernelVariant], key: String,
        layer: String
    ) -> KernelDecision {
        var impossible: String?
        if let settled = selection.known.entries[key] {
            if let variant = KernelVariant(rawValue: settled), variants.contains(variant) {
                // What replaced it the first time does so again.
                let impossible = plan.decisions.first { $0.key == key }?.impossible
                return KernelDecision(layer: layer, key: key, variant: variant, reason: .settled, impossible: impossible)
            }
            impossible = settled
        }
        guard variants.count > 1, impossible == nil || selection.measures else {
            return KernelDecision(layer: layer, key: key, variant: variants[0], reason: .standard, impossible: impossible)
        }
        if let found = selection.remembered[key], Set(found.seconds.keys) == Set(variants.map(\.rawValue)),
            let variant = KernelVariant(rawValue: found.variant), variants.contains(variant)
        {
            return KernelDecision(layer: layer, key: key, variant: variant, reason: .remembered, impossible: impossible)
        }
        if let preferred = selection.preferred.first(where: variants.contains) {
            return KernelDecision(layer: layer, key: key, variant: preferred, reason: .standard, impossible: impossible)
        }
        guard selection.measures, let measurement = try? KernelMeasurement(operation, request, variants) else {
            return KernelDecision(layer: layer, key: key, variant: variants[0], reason: .standard, impossible: impossible)
        }
        let contest = KernelContest(variants) { try measurement.seconds($0) }
        func cost(_ variant: KernelVariant) -> Double {
            let handicap = variant == .standard ? 1 : 1 + KernelContest.leastDifference
            let entrance = variant == .batchInnermost ? BatchInnermost.entrance(request) : 1
            return (contest.timings[variant]?.seconds ?? .infinity) * handicap * entrance
        }
        let seconds = contest.timings.map { ($0.key.rawValue, $0.value.seconds) }
        return KernelDecision(
            layer: layer, key: key, variant: variants.min { cost($0) < cost($1) } ?? variants[0], reason: .measured,
            seconds: Dictionary(uniqueKeysWithValues: seconds), spread: contest.spread, impossible: impossible)
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
