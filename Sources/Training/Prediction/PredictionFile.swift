public import Checkpoints
public import Configuration
public import JSONText
import Tensors

/// Predictions on their way to a file, whose name says its form: `.csv` and `.json` (an object a line) have the best classes,
/// `.safetensors` the logits [N, K] of all classes, exactly, and where
/// some have one, the labels [N], −1 for none.
public struct PredictionFile: Sendable {
    private enum Form: String, CaseIterable {
        case csv, json, safetensors
    }

    private let path: String
    private let form: Form
    private let bestCount: Int
    private let className: @Sendable (Int) -> String
    private var lines: [String] = []
    private var logits: [Float] = []
    private var classCount = 0
    private var labels: [Float] = []

    /// Throws `ConfigurationError.setting` where the name ends in no form that is known.
    public init(path: String, bestCount: Int, className: @escaping @Sendable (Int) -> String) throws(ConfigurationError) {
        let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard let form = Form(rawValue: suffix) else {
            throw .setting(
                place: "--output", value: path, expectation: "a name that ends in .csv, .json or .safetensors")
        }
        self.path = path
        self.form = form
        self.bestCount = bestCount
        self.className = className
    }

    public mutating func add(_ prediction: Prediction) {
        switch form {
        case .csv:
            if lines.isEmpty { lines.append(header(min(bestCount, prediction.scores.count))) }
            let best = prediction.best(bestCount).flatMap { [className($0.class), NumberText.plain($0.probability)] }
            lines.append(([prediction.name, prediction.labelName ?? ""] + best).map(Self.field).joined(separator: ","))
        case .json:
            lines.append(prediction.json(bestCount: bestCount, className: className).description)
        case .safetensors:
            classCount = prediction.scores.count
            logits += prediction.scores
            labels.append(Float(prediction.label ?? -1))
        }
    }

    /// Writes the file, whole or not at all. Throws `CheckpointError` when the system refuses.
    public func write() throws(CheckpointError) {
        guard form == .safetensors else {
            return try SystemFiles().replace(path, with: lines.map { $0 + "\n" }.joined())
        }
        let count = classCount > 0 ? logits.count / classCount : 0
        var tensors = [(name: "logits", tensor: HostTensor([count, classCount], logits))]
        if labels.contains(where: { $0 >= 0 }) { tensors.append(("labels", HostTensor([count], labels))) }
        try SafeTensorsFile.write(tensors, metadata: ["format": "pt"], to: path)
    }

    private func header(_ count: Int) -> String {
        (["image", "label"] + (1...max(count, 1)).flatMap { ["class_\($0)", "probability_\($0)"] }).joined(separator: ",")
    }

    /// In quotation marks where it must be (RFC 4180).
    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension Prediction {
    /// An object with the best classes, and what the data call the class that it has.
    public func json(bestCount: Int, className: (Int) -> String) -> JSONValue {
        let best = best(bestCount).map {
            JSONValue.members(["class": className($0.class), "probability": $0.probability])
        }
        return .members(["event": "prediction", "image": name, "label": labelName, "best": best])
    }
}
