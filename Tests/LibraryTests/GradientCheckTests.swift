import Partrain
import Testing

/// What holds gradients to differences finds the ones that are wrong, and no others.
@Suite struct GradientCheckTests {
    static let types: [TensorType] = [.examples([2, 3, 2, 2]), .channels(3)]

    @Test func aRightGradientAgreesInEveryElement() throws {
        let report = try GradientCheck().run(Bend(), inputs: Self.types)
        #expect(report.isRight, "\(report)")
        #expect(report.elementCount == 24 + 3)
        #expect(try #require(report.worst).excess <= 1)
    }

    @Test func aWrongFactorIsFoundInEveryElementOfItsInput() throws {
        let report = try GradientCheck().run(Bend(mistake: .factor), inputs: Self.types)
        #expect(!report.isRight && report.failures.count == 24)
        #expect(report.failures.allSatisfy { $0.tensor == "input 0" })
        let worst = try #require(report.worst)
        #expect(worst.distance > 1e-3 && worst.excess > 1)
        #expect(report.description.contains("24 of 27") && report.description.contains(worst.description))
    }

    /// A sum without one of its terms, and a gradient that is said to be zero everywhere.
    @Test(arguments: [Bend.Mistake.term, .absence]) func aWrongSumIsFoundInEveryChannel(mistake: Bend.Mistake) throws {
        let report = try GradientCheck().run(Bend(mistake: mistake), inputs: Self.types)
        #expect(report.failures.map(\.tensor) == Array(repeating: "input 1", count: 3))
        #expect(report.failures.map(\.index) == [0, 1, 2])
    }

    @Test func aNetworkIsCheckedByItsParametersAndItsImages() throws {
        let check = GradientCheck(elements: 12)
        let report = try check.run(bentNetwork(), batchSize: 2)
        #expect(report.isRight, "\(report)")
        let images = try check.run(Network("alone", input: [1, 3, 2]) { Dense(2, bias: false) }, batchSize: 2)
        // A weight [2, 6], and images [2, 1, 3, 2].
        #expect(images.isRight && images.elementCount == 24)
    }

    /// By name: what stands before a wrong operation is wrong, too, and what stands behind it is not.
    @Test func inANetworkTheWrongOperationIsFound() throws {
        let factor = try GradientCheck(elements: 12).run(bentNetwork(.factor), batchSize: 2)
        #expect(Set(factor.failures.map(\.tensor)) == ["conv1.weight", "conv1.bias", "images"])
        let term = try GradientCheck(elements: 12).run(bentNetwork(.term), batchSize: 2)
        #expect(Set(term.failures.map(\.tensor)) == ["bend1.strength"])
        let absence = try GradientCheck(elements: 12).run(bentNetwork(.absence), batchSize: 2)
        #expect(Set(absence.failures.map(\.tensor)) == ["bend1.strength"])
    }

    @Test func whatIsNoNumberIsWrong() throws {
        let report = try GradientCheck().run(Bend(), inputs: Self.types, values: [1: [0, .nan, 0]])
        #expect(report.failures.count == report.elementCount)
        #expect(try #require(report.worst).excess == .infinity)
    }

    @Test func frozenParametersAreLeftOut() throws {
        let frozen = bentNetwork(.term).updating { parameter in
            var options = parameter.options
            options.isFrozen = parameter.name == "bend1.strength"
            return options
        }
        #expect(try GradientCheck(elements: 12).run(frozen, batchSize: 2).isRight)
    }

    /// Inputs that an operation has no gradient by, and one with an output that is its kernel's own.
    @Test func operationsOfThePackageAreRightAlone() throws {
        let check = GradientCheck()
        #expect(try check.run(BiasAddition(), inputs: Self.types).isRight)
        #expect(try check.run(RadialBasis(), inputs: [.examples([2, 3]), .weight([4, 3])], fixed: [1]).isRight)
        #expect(try check.run(ChannelSelection(indices: [2, 0, 2]), inputs: [Self.types[0]]).isRight)
    }
}
