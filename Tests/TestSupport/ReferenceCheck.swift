package import KernelChoices
package import Networks
package import Parallelism
import ReferenceKernels
import Sessions
import Tensors
package import Testing

/// Holds a network's session to the plain loops in double precision: the losses of training and of inference, and the gradient
/// of every parameter, element by element.
package struct ReferenceCheck {
    package var mode = ParallelMode.single
    package var devices = 1
    package var seed: UInt64 = 11
    package var kernels = KernelSelection.standard
    package var precision = Precision.f32
    /// By what kernels some layer must have been computed, where that is what is held to the plain loops.
    package var takes: KernelVariant?
    /// How many times the tolerances are widened.
    package var slack = 1.0

    /// Of the parameter's largest gradient: single precision rounds by 2⁻²⁴ = 6e-8 of each of up to a thousand terms, several
    /// operations deep.
    package static let tolerance = 5e-5
    /// Of the network's largest gradient: a sum may cancel, and its terms are of the size of other parameters' gradients.
    package static let cancellation = 1e-6

    package init(
        mode: ParallelMode = .single, devices: Int = 1, seed: UInt64 = 11, kernels: KernelSelection = .standard,
        precision: Precision = .f32, takes: KernelVariant? = nil, slack: Double = 1
    ) {
        (self.mode, self.devices, self.seed, self.kernels) = (mode, devices, seed, kernels)
        (self.precision, self.takes, self.slack) = (precision, takes, slack)
    }

    package func run(_ network: Network, batchSize: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let graph = try network.graph(batchSize: batchSize, purpose: .training)
        let parameters = Self.parameters(of: graph, seed: seed)
        let harness = SessionHarness(
            network: network, mode: mode, devices: devices, batch: batchSize, classes: graph.type(graph.scores).shape[1],
            learningRate: 0, seed: seed, kernels: kernels, precision: precision, initial: parameters, keepsGradients: true)
        let (loss, gradients, states, inferenceLoss) = try await harness.withSession { session, _ in
            if let takes {
                #expect(
                    session.kernelDecisions.contains { $0.variant == takes.rawValue },
                    "no layer is computed by \(takes.rawValue) kernels", sourceLocation: sourceLocation)
            }
            // A training step changes running statistics.
            let evaluated = try await harness.evaluate(session, step: 0).loss
            let result = try await harness.train(session, step: 0)
            return (result.loss, try await session.gradientValues(), try await session.parameterValues(), evaluated)
        }

        let training = try TrainingGraph(of: graph)
        func reference(_ graph: Graph) -> ReferenceValues {
            ReferenceInterpreter(graph).run(
                images: ReferenceTensor(HostTensor(graph.type(graph.inputs[0]).shape, harness.images(step: 0))),
                labels: harness.labels(step: 0).map(Int.init), parameters: parameters.map(ReferenceTensor.init),
                step: ReferenceStep(seed: seed, step: 0))
        }
        let values = reference(training.graph)
        expectLoss(loss, values.meanLoss, sourceLocation)
        expectLoss(
            inferenceLoss, reference(try network.graph(batchSize: batchSize, purpose: .inference)).meanLoss, sourceLocation)
        func largest(_ tensor: ReferenceTensor) -> Double { tensor.values.reduce(0) { max($0, abs($1)) } }
        let floor = Self.cancellation * (training.updates.map { largest(values[$0.contribution]) }.max() ?? 0)
        for update in training.updates {
            let (parameter, gradient) = (update.parameter, update.contribution)
            guard graph.parameters[parameter].isTrainable else {
                Tolerance(slack * Self.tolerance, relative: slack * Self.tolerance).expect(
                    states[parameter].values, Self.updated(parameters[parameter], values[gradient].rounded, update.rule).values,
                    "\(mode) \(devices): \(graph.parameters[parameter].name)", sourceLocation: sourceLocation)
                continue
            }
            Tolerance(slack * (Self.tolerance * largest(values[gradient]) + floor), relative: 0).expect(
                gradients[parameter].values, values[gradient].values.map { Float($0) },
                "\(mode) \(devices): ∇\(graph.parameters[parameter].name)", sourceLocation: sourceLocation)
        }
    }

    /// A state behind its first update.
    private static func updated(_ state: HostTensor, _ contribution: HostTensor, _ rule: any UpdateRule) -> HostTensor {
        var state = state
        state.values.withUnsafeMutableBufferPointer { weights in
            contribution.values.withUnsafeBufferPointer { contribution in
                guard let first = weights.baseAddress, let given = contribution.baseAddress else { return }
                let run = ElementRun(weights: first, gradient: given, firstSlot: first, slotStride: 0, count: weights.count)
                rule.update(run, at: UpdateStep(learningRate: 0, count: 1))
            }
        }
        return state
    }

    private func expectLoss(_ loss: Double, _ expected: Double, _ sourceLocation: SourceLocation) {
        #expect(abs(loss - expected) <= slack * Self.tolerance * max(1, abs(expected)), sourceLocation: sourceLocation)
    }

    /// As the network has them, biases drawn, too, so that a lost one is seen.
    private static func parameters(of graph: Graph, seed: UInt64) -> [HostTensor] {
        graph.parameters.enumerated().map { stream, parameter in
            var tensor = HostTensor(zeros: parameter.shape)
            let drawn: [Parameter.Kind: Initializer] = [
                .bias: .normal(standardDeviation: 0.5), .scale: .normal(standardDeviation: 1), .state: .uniform(bound: 0.5),
            ]
            let initializer = drawn[parameter.kind] ?? parameter.initializer
            tensor.values.withUnsafeMutableBufferPointer {
                initializer.fill(seed: seed, stream: stream, range: 0..<parameter.shape.elementCount, into: $0)
                // Variances are positive.
                if parameter.kind == .state { for index in $0.indices { $0[index] += 1 } }
            }
            return tensor
        }
    }
}
