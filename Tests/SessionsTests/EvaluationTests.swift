import Glibc
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// The numbers of training and of evaluation, against arithmetic of the test's own: a network that hands on its images' pixels as scores,
/// with images whose right classes come at every place.
@Suite(.serialized) struct EvaluationTests {
    /// Scores that are known, and what follows from them.
    private struct Examples {
        let classes: Int
        let batch: Int
        let labels: [Int]

        /// Labels of which every one and, over enough examples, every place is met.
        init(classes: Int, batch: Int) {
            (self.classes, self.batch) = (classes, batch)
            labels = (0..<batch).map { example in
                Self.isTied(example) ? example % classes : Self.inPlace(example % classes, of: example, classes)
            }
        }

        /// Of some examples all scores are equal: then the first class comes first.
        private static func isTied(_ example: Int) -> Bool { example % 5 == 4 }

        /// The class in a place of an example's order; classes less one is coprime to classes, so that this is an order.
        private static func inPlace(_ place: Int, of example: Int, _ classes: Int) -> Int {
            (place * (classes - 1) + 2 * example) % classes
        }

        /// How many classes come before the right one.
        func rank(_ example: Int) -> Int {
            Self.isTied(example)
                ? labels[example] : (0..<classes).first { Self.inPlace($0, of: example, classes) == labels[example] } ?? -1
        }

        /// Multiples of 1/8, so that no sum rounds.
        func scores(_ example: Int) -> [Double] {
            var scores = [Double](repeating: 0.5, count: classes)
            guard !Self.isTied(example) else { return scores }
            for place in 0..<classes {
                scores[Self.inPlace(place, of: example, classes)] = Double(classes - 2 * place) / 4 + Double(example % 3)
            }
            return scores
        }

        func loss(_ example: Int) -> Double {
            let scores = scores(example)
            return log(scores.reduce(0) { $0 + exp($1 - scores[labels[example]]) })
        }

        /// The network adds it, so that a lost bias is seen, and images are that much darker.
        func bias(_ index: Int) -> Double { Double(index) / 8 }

        var images: [Float] {
            (0..<batch).flatMap { example in
                scores(example).enumerated().map { Float($0.element - bias($0.offset)) }
            }
        }

        var network: Network {
            Network("copy", input: [1, 1, classes]) {
                Conv2D(1, kernel: 1, name: "pixels")
                Dense(classes, name: "scores")
            }
        }

        var initial: [HostTensor] {
            let identity = (0..<classes * classes).map { Float($0 / classes == $0 % classes ? 1 : 0) }
            return [
                HostTensor([1, 1, 1, 1], [1]), HostTensor([1], [0]), HostTensor([classes, classes], identity),
                HostTensor([classes], (0..<classes).map { Float(bias($0)) }),
            ]
        }

        func expect(
            _ result: StepResult, first count: Int, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let ranks = (0..<count).map(rank)
            #expect(result.count == count, "\(what)", sourceLocation: sourceLocation)
            #expect(result.top1 == ranks.count { $0 == 0 }, "\(what): \(ranks)", sourceLocation: sourceLocation)
            #expect(
                result.top5 == (classes > 5 ? ranks.count { $0 <= 4 } : nil), "\(what): \(ranks)", sourceLocation: sourceLocation)
            let loss = count == 0 ? 0 : (0..<count).reduce(0) { $0 + self.loss($1) } / Double(count)
            // Each loss is rounded to single precision once; the largest is below 8.
            #expect(
                abs(result.loss - loss) <= 8 * 0x1p-24, "\(what): \(result.loss), not \(loss)", sourceLocation: sourceLocation)
        }
    }

    private func harness(_ examples: Examples, _ spread: ScoresTests.Spread) -> SessionHarness {
        SessionHarness(
            network: examples.network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes,
            microBatches: spread.microBatches,
            batch: examples.batch, classes: examples.classes, learningRate: 0, initial: examples.initial)
    }

    /// Trains on the whole batch, and evaluates as many of its first examples as there may be.
    private func check(_ examples: Examples, _ spread: ScoresTests.Spread) async throws {
        let harness = harness(examples, spread)
        try await harness.withSession { session, _ in
            let labels = examples.labels.map { Int32($0) }
            let whole = HostBatch(images: examples.images, labels: labels)
            let trained = try await session.train(images: whole.images, labels: whole.labels, step: 0, learningRate: 0)
            examples.expect(trained, first: examples.batch, "training")
            for count in [examples.batch, examples.batch - 4, 1, 0] {
                // What is beyond the count is nobody's, be it marked as none or a leftover with a label of its own.
                for isMarked in [true, false] {
                    let marked = labels.enumerated().map { isMarked && $0.offset >= count ? -1 : $0.element }
                    let batch = HostBatch(images: examples.images, labels: marked)
                    let result = try await session.evaluate(images: batch.images, labels: batch.labels, count: count)
                    examples.expect(result, first: count, "\(count) of \(examples.batch), the rest marked: \(isMarked)")
                }
            }
        }
    }

    /// The example's places are those that tell one mistake from another.
    @Test func everyPlaceIsMet() {
        let examples = Examples(classes: 8, batch: 13)
        #expect(Set((0..<9).map(examples.rank)) == Set(0..<8))
        #expect(Set(examples.labels) == Set(0..<8))
    }

    private static let spreads: [ScoresTests.Spread] = [
        .init(), .init(microBatches: 3), .init(microBatches: 13), .init(mode: .data, devices: 2), .init(mode: .data, devices: 3),
        .init(mode: .data, devices: 2, microBatches: 5), .init(mode: .data, devices: 4, microBatches: 6),
        .init(mode: .model, devices: 2),
        .init(mode: .model, devices: 4, microBatches: 3), .init(mode: .hybrid, devices: 2),
        .init(mode: .hybrid, devices: 4, microBatches: 8),
    ]

    @Test(arguments: spreads) func isWhatArithmeticSays(spread: ScoresTests.Spread) async throws {
        try await check(Examples(classes: 8, batch: 13), spread)
    }

    @Test(.needsCores(2), arguments: [ParallelMode.single, .data, .model, .hybrid])
    func onSeveralCoresToo(mode: ParallelMode) async throws {
        try await check(
            Examples(classes: 8, batch: 13), .init(mode: mode, devices: mode == .single ? 1 : 2, lanes: 2))
    }

    /// Of five classes or fewer the right one is among the five best whatever is said, so nothing is; of six it may not be.
    @Test(arguments: 2...7) func fewClasses(classes: Int) async throws {
        for spread in [ScoresTests.Spread(microBatches: 2), .init(mode: .data, devices: 2)] {
            try await check(Examples(classes: classes, batch: 9), spread)
        }
    }
}
