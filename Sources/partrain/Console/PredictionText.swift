import Sessions
import Training

/// Predictions as people read them: a line an image, and a sentence about all of them.
struct PredictionText {
    let bestCount: Int
    let className: (Int) -> String
    private var count = 0
    private var labelled = 0
    private var firsts = 0
    /// Nil where the network has no more than five classes, of which every one is among the first five.
    private var fives: Int?

    init(bestCount: Int, className: @escaping (Int) -> String) {
        self.bestCount = bestCount
        self.className = className
    }

    /// `train/cat/3.jpg (cat): cat 97.1 %, lynx 2.0 %`
    mutating func line(_ prediction: Prediction) -> String {
        count += 1
        let best = prediction.best(max(bestCount, 5))
        if let label = prediction.label {
            labelled += 1
            firsts += best.first?.class == label ? 1 : 0
            if StepResult.hasTop5(ofClasses: prediction.scores.count) {
                fives = (fives ?? 0) + (best.prefix(5).contains { $0.class == label } ? 1 : 0)
            }
        }
        let said = best.prefix(bestCount).map { "\(className($0.class)) \(Wording.percent($0.probability))" }
        let label = prediction.labelName.map { " (\($0))" } ?? ""
        return "\(prediction.name)\(label): \(said.joined(separator: ", "))\n"
    }

    func summary(writtenTo path: String?) -> String {
        var text = Wording.count(count, "image")
        if labelled > 0 {
            if labelled < count { text += ", of which \(Wording.grouped(labelled)) have a class of the network" }
            text += ": \(Wording.percent(Double(firsts) / Double(labelled))) right at once"
            if let fives { text += ", \(Wording.percent(Double(fives) / Double(labelled))) among the first five" }
        }
        return text + (path.map { "; in \($0)" } ?? "") + "\n"
    }
}
