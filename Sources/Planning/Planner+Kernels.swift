import KernelChoices
import Networks
import Parallelism
import Tensors

extension Planner {
    /// The kernel of a node: of the variant that was decided for it, or is decided now.
    mutating func choose(
        _ operation: any ComputableOperation, _ request: KernelRequest, node: NodeID
    ) throws -> KernelChoice {
        var request = request
        let implementation = implementation(of: operation, request, node: node)
        if let choice = try? implementation.kernel(for: request) { return choice }
        // Some shapes have no kernel in bfloat16; those products are taken in single precision. What fails in that fails again.
        request.precision = .f32
        return try implementation.kernel(for: request)
    }

    private mutating func implementation(
        of operation: any ComputableOperation, _ request: KernelRequest, node: NodeID
    ) -> any KernelImplementation {
        if let seed = selection.drawn {
            let open = possibleImplementations(operation, request)
            let random = RandomSource(seed: seed, purpose: .synthesis, stream: UInt32(worker))
            return open[random.integer(step: microStep, index: node.index, below: open.count)]
        }
        var request = request
        if let variant = plan.variants[node] ?? decided?.variants[purpose]?[node] {
            // A micro-batch of another size may not be open to what was decided for the others, and gets the standard one.
            request.variant = variant
        } else {
            request.variant = decide(operation, request, node: node)
            plan.variants[node] = request.variant
        }
        return operation.implementation(for: request)
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
        let open = possibleImplementations(operation, request)
        let layer = placed.graph.node(node).layer
        let decision = decision(request, among: open, key: key, layer: layer)
        if let variant = KernelVariant(rawValue: decision.variant) { selection.known.entries[key] = variant.rawValue }
        plan.decisions.append(decision)
        return KernelVariant(rawValue: decision.variant) ?? .standard
    }

    private func decision(
        _ request: KernelRequest, among open: [any KernelImplementation], key: String, layer: String
    ) -> KernelDecision {
        let variants = open.map(\.variant)
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
        lazy var contestants = self.contestants(of: open, request)
        if let found = selection.remembered[key], Set(found.seconds.keys) == Set(contestants.map(\.variant.rawValue)),
            let variant = KernelVariant(rawValue: found.variant), variants.contains(variant)
        {
            return KernelDecision(layer: layer, key: key, variant: variant, reason: .remembered, impossible: impossible)
        }
        if let preferred = selection.preferred.first(where: variants.contains) {
            return KernelDecision(layer: layer, key: key, variant: preferred, reason: .standard, impossible: impossible)
        }
        guard selection.measures, contestants.count > 1, let contest = try? engine.contest(among: contestants, for: request)
        else {
            return KernelDecision(layer: layer, key: key, variant: variants[0], reason: .standard, impossible: impossible)
        }
        let seconds = contest.timings.map { ($0.key.rawValue, $0.value.seconds) }
        return KernelDecision(
            layer: layer, key: key, variant: contest.winner(costFactors: contestants.map { $0.costFactor(for: request) }),
            reason: .measured, seconds: Dictionary(uniqueKeysWithValues: seconds), spread: contest.spread, impossible: impossible)
    }

    /// Those of which the fastest is looked for: without what the library could do by a plain loop alone on this processor.
    private func contestants(
        of open: [any KernelImplementation], _ request: KernelRequest
    ) -> [any KernelImplementation] {
        open.filter { $0.variant == .standard || (try? $0.kernel(for: request))?.isPlainLoop == false }
    }

    /// Those that are open to choice here, the standard one first.
    private func possibleImplementations(
        _ operation: any ComputableOperation, _ request: KernelRequest
    ) -> [any KernelImplementation] {
        operation.implementations.filter { implementation in
            guard implementation.isPossible(for: request) else { return false }
            // What this processor or this version of the library lacks is no choice.
            return implementation.variant == .standard || (try? implementation.kernel(for: request)) != nil
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
