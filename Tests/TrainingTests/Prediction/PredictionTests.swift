import Configuration
import JSONText
import Testing
import Training

@Suite struct PredictionTests {
    private func prediction(_ scores: [Float]) -> Prediction {
        Prediction(index: 4, name: "a, \"b\".jpg", label: 1, labelName: "dog", scores: scores)
    }

    @Test func theBestClassesComeFirstWithTheirProbabilities() {
        let best = prediction([0, 1, -1, 1]).best(3)
        #expect(best.map(\.class) == [1, 3, 0])
        // exp(1) / (1 + 2·exp(1) + exp(−1)), by hand.
        #expect(abs(best[0].probability - 0.399_486_305) < 1e-8)
        #expect(best[0].probability == best[1].probability)
        #expect(prediction([0, 1, -1, 1]).best(9).count == 4)
    }

    /// exp(1000) is no number, exp(0) is.
    @Test func largeScoresAreNoTrouble() {
        let best = prediction([1000, -1000]).best(2)
        #expect(best.map(\.probability) == [1, 0])
    }

    /// Every place of every number that is none: no class of such a score is first, and no probability is made up.
    @Test(arguments: [Float.nan, -.nan]) func whatIsNoNumberComesLast(bad: Float) {
        for place in 0..<4 {
            var scores: [Float] = [3, 2, 1, 0]
            scores[place] = bad
            let best = prediction(scores).best(4)
            #expect(best.last?.class == place && best.map(\.class).sorted() == [0, 1, 2, 3])
            #expect(best.allSatisfy { $0.probability.isNaN })
            #expect(prediction(scores).json(bestCount: 1) { "\($0)" }.description.contains(#""probability":"NaN""#))
        }
    }

    @Test func jsonHasTheNamesOfClasses() {
        let text = prediction([0, 0]).json(bestCount: 1) { ["cat", "dog"][$0] }.description
        #expect(
            text
                == #"{"event":"prediction","image":"a, \"b\".jpg","label":"dog","best":[{"class":"cat","probability":0.5}]}"#
        )
    }

    @Test(arguments: ["x.txt", "x", ""]) func anOutputOfNoKnownFormIsRefused(path: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try PredictionFile(path: path, bestCount: 5) { "\($0)" }
        }
        #expect(error?.description.contains(".safetensors") == true)
    }
}
