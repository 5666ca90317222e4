import Configuration
import Testing
import Training

/// What changes the weights, in words.
@Suite struct OptimizerTextTests {
    private func settings(_ flags: [(name: String, value: String)]) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: flags)
        return configuration
    }

    @Test func anOptimizerIsSaidWithItsNumbers() throws {
        #expect(try settings([]).optimizerText == "momentum 0.9")
        #expect(try settings([("optimizer", "nesterov")]).optimizerText == "Nesterov's momentum 0.9")
        #expect(try settings([("optimizer", "adam")]).optimizerText == "Adam, beta1 0.9, beta2 0.999, epsilon 1e-08")
        let given = try settings([("optimizer", "adamw"), ("momentum", "0.5"), ("beta2", "0.75"), ("epsilon", "0.1")])
        #expect(try settings([("optimizer", "lars")]).optimizerText == "LARS, momentum 0.9, trust coefficient 0.001")
        #expect(
            try settings([("clip-norm", "0.5"), ("ema-decay", "0.99")]).optimizerText
                == "momentum 0.9, gradients clipped to 0.5, weights averaged with 0.99")
        #expect(given.optimizerText == "AdamW, beta1 0.5, beta2 0.75, epsilon 0.1")
    }
}
