import Datasets
import ModelZoo
import Networks
import Parallelism
public import Topology

extension TrainingConfiguration {
    /// This configuration with every gap filled that does not need the data: from the model, the mode and the machine.
    ///
    /// Data mode uses all usable cores, model and hybrid mode two devices. Throws `ConfigurationError` where settings contradict each other,
    /// `ModelZooError` and `DatasetError` where a name is unknown.
    public func resolved(on machine: Machine) throws -> TrainingConfiguration {
        try checkNumbers()
        try checkOptimizer()
        var result = self
        // The network itself is made later, for as many classes as the data have.
        let entry = try ModelZoo.entry(named: model)
        let inputShape = try network().inputShape
        let recipe = ModelRecipe(model: model)
        if result.devices == nil {
            switch mode {
            case .single: result.devices = 1
            case .data: result.devices = max(1, machine.usableCoreCount / coresPerDevice)
            case .model, .hybrid: result.devices = 2
            }
        }
        if result.microBatches == nil {
            // One for each core that has examples of its own; in model mode all devices see the whole batch.
            switch mode {
            case .single, .model: result.microBatches = coresPerDevice
            case .data, .hybrid: result.microBatches = (result.devices ?? 1) * coresPerDevice
            }
        }
        result.learningRate = learningRate ?? (optimizer.isAdaptive ? Self.adaptiveRate : recipe.learningRate)
        result.warmupSteps = warmupSteps ?? recipe.warmupSteps
        result.duration = duration ?? .epochs(recipe.epochs)
        // Where nobody says how many classes the program's own images have, no more than the network can tell apart.
        result.data = DatasetSource.text(data, mostClasses: entry.mostClasses)
        let source = try DatasetSource(parsing: result.data)
        // So that the run can go on, or be made again, from another working folder.
        result.data = source.absolutePath ?? result.data
        try result.resolveImages(of: source, inputShape: inputShape)
        guard schedule == .step || milestones.isEmpty else {
            throw ConfigurationError.contradiction(
                "milestones are given, but the schedule is \(schedule.rawValue); add --learning-rate-schedule step or leave them out"
            )
        }
        for (name, isGiven) in [("init-partial", initPartial), ("init-map", !initMap.isEmpty)] where isGiven && initFrom == nil {
            throw ConfigurationError.contradiction(
                "\(name) says how weights are taken from a file, and there is none; add --init-from, or leave it out")
        }
        return result
    }

    /// Adam's first rate where none is given: that of the paper and of PyTorch. A network's own is for gradient descent.
    static let adaptiveRate = 0.001

    /// Throws `ConfigurationError.contradiction` where a setting is given that the optimizer has no use for.
    func checkOptimizer() throws(ConfigurationError) {
        for (name, value) in [("beta2", beta2), ("epsilon", epsilon)] where value != nil && !optimizer.isAdaptive {
            throw .contradiction(
                "\(name) is given, but the optimizer is \(optimizer.rawValue); add --optimizer adam or adamw, or leave it out")
        }
        guard trustCoefficient == nil || optimizer == .lars else {
            throw .contradiction(
                "trust-coefficient is given, but the optimizer is \(optimizer.rawValue); add --optimizer lars, or leave it out")
        }
        guard optimizer != .lars || decayBiases != true else {
            throw .contradiction("decay-biases is given, but the optimizer lars decays none; take another one, or leave it out")
        }
        guard optimizer != .alexnet || decayBiases != true else {
            throw .contradiction(
                "decay-biases is given, but the optimizer alexnet decays none; take another one, or leave it out")
        }
    }
}
