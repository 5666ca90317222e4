import ModelZoo
import TestSupport
import Testing

/// Networks that ship against PyTorch: its scores, the losses of twenty steps, the gradients of the first and the parameters' change
/// by all. Rates change from step to step, and weight decay weighs as much as the gradients do.
@Suite(.serialized) struct GoldenTests {
    /// Files with every rule of updating.
    static let names = ModelZoo.comparedWithPyTorch + ["resnet20-cifar"]

    @Test(arguments: names) func oneDeviceAgreesWithPyTorch(name: String) async throws {
        try await GoldenCheck(name).expectOneDeviceAgrees()
    }

    @Test(arguments: names) func everyModeAgreesWithPyTorch(name: String) async throws {
        try await GoldenCheck(name).expectEveryModeAgrees()
    }

    /// What one rule leaves is not what another does, in any parameter that they treat differently: by ten times the noise.
    @Test(arguments: names) func theFilesTellTheRulesApart(name: String) throws {
        let (golden, sums) = try GoldenFile.named(name)
        #expect(golden.rules.count >= 2)
        for (place, rule) in golden.rules.enumerated() {
            for other in golden.rules[..<place] {
                for (index, parameter) in golden.parameters.enumerated() {
                    guard rule.form != other.form || [".bias", ".scale"].contains(where: parameter.name.hasSuffix) else {
                        continue
                    }
                    let worst = rule.changes[index].worst(
                        other.changes[index].summary(sums: sums), sums: sums, factor: min(5, golden.noiseFactor))
                    #expect(worst.share > 2, "\(name): \(parameter.name) by \(rule) and by \(other): \(worst)")
                }
            }
        }
    }
}
