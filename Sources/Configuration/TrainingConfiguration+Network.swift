package import ModelZoo
package import Networks

extension TrainingConfiguration {
    /// The model that the settings name, for images of the size that they ask for, or that it was published for.
    ///
    /// Throws `ModelZooError` where there is no such model, or it cannot tell so many classes apart.
    /// - Parameter classes: how many it tells apart; by default as many as it was published with.
    package func network(classes: Int? = nil) throws(ModelZooError) -> Network {
        try ModelZoo.network(named: model, classes: classes, inputSize: inputSize)
    }
}
