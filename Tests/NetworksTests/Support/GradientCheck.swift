import Networks
import ReferenceKernels
import Testing

extension GradientCheck {
    /// Expects the gradient by every trainable parameter and by the images to agree, ten elements of each.
    static func expect(
        _ network: Network, batchSize: Int, seed: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let report = try GradientCheck(elements: 10, seed: UInt64(seed)).run(network, batchSize: batchSize)
        for failure in report.failures { Issue.record("\(failure)", sourceLocation: sourceLocation) }
        let training = try TrainingGraph(of: network.graph(batchSize: batchSize, purpose: .training))
        let learned = training.updates.filter { training.graph.parameters[$0.parameter].isTrainable }
        #expect(learned.count == training.graph.parameters.filter(\.isTrainable).count, sourceLocation: sourceLocation)
        #expect(report.elementCount > training.updates.count, sourceLocation: sourceLocation)
    }
}
