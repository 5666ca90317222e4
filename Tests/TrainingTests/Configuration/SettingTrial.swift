import KernelChoices
import Kernels

/// How a setting that decides what is learnt is seen to reach the step: two of its values, and what else a run needs for it to matter.
struct SettingTrial: Sendable, CustomStringConvertible {
    enum Side { case neither, from, to }

    let name: String
    /// Over `small`.
    var also: [String: String] = [:]
    /// Nil: not given.
    let from: String?
    let to: String
    /// Which of the two a run is refused with.
    var refused = Side.neither
    /// Whether it is seen in what is validated, not in the weights.
    var isValidated = false

    var description: String { "--\(name) \(to) instead of \(from ?? "none")" }

    /// LeNet-5 on four outlines, for six steps of an epoch of five.
    static let small = [
        "mode": "single", "model": "lenet5", "data": "synthetic:classes=4,train=40,val=8,difficulty=easy", "batch-size": "8",
        "steps": "6", "learning-rate": "0.05", "learning-rate-schedule": "cosine", "warmup-steps": "2", "momentum": "0.5",
        "weight-decay": "0.1", "optimizer": "common", "initialization": "published", "crop": "false", "mirror": "false",
        "colour": "false", "precision": "f32", "kernels": "standard", "evaluate-every": "0", "seed": "3",
    ]

    /// At least one for every setting; what a value names lies in these files.
    /// - Parameters:
    ///   - weights: LeNet-5 for four classes.
    ///   - otherHead: LeNet-5 for nine.
    ///   - photos: a folder of images with orientation tags.
    ///   - cifar100: a set of images with two labels each.
    static func all(weights: String, otherHead: String, photos: String, cifar100: String) -> [SettingTrial] {
        let steps = ["learning-rate-schedule": "step", "milestones": "1"]
        let tenClasses = ["data": "synthetic:classes=10,train=40,val=10,difficulty=easy", "learning-rate": "0.001"]
        // The first weights of today's LeNet-5 are He's already.
        let of1998 = tenClasses.merging(["model": "lenet5-1998"]) { $1 }
        return [
            SettingTrial(
                name: "precision", from: "f32", to: "bf16", refused: Precision.bf16.isSupported ? .neither : .to),
            SettingTrial(name: "model", also: tenClasses, from: "lenet5", to: "lenet5-1998"),
            SettingTrial(name: "classes", from: nil, to: "5"),
            SettingTrial(name: "input-size", from: nil, to: "32"),
            SettingTrial(name: "batch-size", from: "8", to: "10"),
            SettingTrial(name: "learning-rate", from: "0.05", to: "0.04"),
            SettingTrial(name: "learning-rate-schedule", from: "cosine", to: "constant"),
            SettingTrial(name: "learning-rate-schedule", from: "constant", to: "cosine"),
            SettingTrial(name: "milestones", also: steps, from: "1", to: "2"),
            SettingTrial(name: "milestone-factor", also: steps, from: "0.1", to: "0.5"),
            SettingTrial(name: "warmup-steps", from: "2", to: "3"),
            SettingTrial(name: "warmup-steps", also: ["learning-rate-schedule": "constant"], from: "0", to: "1000"),
            SettingTrial(name: "momentum", from: "0.5", to: "0.6"),
            SettingTrial(name: "weight-decay", from: "0.1", to: "0.2"),
            SettingTrial(name: "optimizer", from: "common", to: "alexnet"),
            SettingTrial(name: "optimizer", from: "common", to: "nesterov"),
            SettingTrial(name: "optimizer", from: "adam", to: "adamw"),
            SettingTrial(name: "optimizer", from: "common", to: "adamw"),
            SettingTrial(name: "momentum", also: ["optimizer": "adam"], from: "0.5", to: "0.6"),
            SettingTrial(name: "weight-decay", also: ["optimizer": "adamw"], from: "0.1", to: "0.2"),
            SettingTrial(name: "beta2", also: ["optimizer": "adam"], from: nil, to: "0.9"),
            SettingTrial(name: "beta2", from: nil, to: "0.9", refused: .to),
            SettingTrial(name: "epsilon", also: ["optimizer": "adamw"], from: "1e-8", to: "0.1"),
            SettingTrial(name: "epsilon", from: nil, to: "0.1", refused: .to),
            SettingTrial(name: "optimizer", from: "common", to: "lars"),
            SettingTrial(name: "trust-coefficient", also: ["optimizer": "lars", "learning-rate": "1"], from: nil, to: "0.1"),
            SettingTrial(name: "trust-coefficient", from: nil, to: "0.1", refused: .to),
            SettingTrial(name: "clip-norm", from: nil, to: "0.01"),
            SettingTrial(name: "clip-norm", from: "0.01", to: "0.02"),
            SettingTrial(name: "ema-decay", also: ["evaluate-every": "1"], from: nil, to: "0.5", isValidated: true),
            SettingTrial(name: "ema-decay", also: ["evaluate-every": "1"], from: "0.5", to: "0.75", isValidated: true),
            SettingTrial(name: "decay-biases", also: ["optimizer": "lars"], from: nil, to: "true", refused: .to),
            SettingTrial(name: "decay-biases", from: "true", to: "false"),
            SettingTrial(name: "decay-biases", also: ["optimizer": "alexnet"], from: nil, to: "true", refused: .to),
            SettingTrial(name: "label-smoothing", from: "0", to: "0.1"),
            SettingTrial(
                name: "dropout", also: ["model": "alexnet-small", "learning-rate": "0.01", "steps": "2"], from: "true",
                to: "false"),
            SettingTrial(name: "dropout", from: "true", to: "false", refused: .to),
            SettingTrial(name: "freeze", from: nil, to: "conv1"),
            SettingTrial(name: "freeze", from: "conv1", to: "conv1,fc3"),
            SettingTrial(name: "freeze", from: "conv1", to: "c*"),
            SettingTrial(name: "freeze", from: "conv1", to: "conv9", refused: .to),
            SettingTrial(name: "freeze", from: "conv1", to: "*", refused: .to),
            SettingTrial(name: "freeze", from: "conv1", to: "conv1,conv2,fc3,fc4,fc5", refused: .to),
            SettingTrial(name: "initialization", also: of1998, from: "published", to: "he"),
            SettingTrial(name: "batch-norm", from: "micro-batch", to: "frozen", refused: .to),
            SettingTrial(name: "seed", from: "3", to: "4"),
            // With given weights, and without dropout, nothing but the order of the examples follows from it.
            SettingTrial(name: "seed", also: ["init-from": weights], from: "3", to: "4"),
            SettingTrial(name: "crop", from: "false", to: "true"),
            SettingTrial(name: "mirror", from: "false", to: "true"),
            SettingTrial(name: "coarse-labels", also: ["data": cifar100], from: "false", to: "true"),
            SettingTrial(name: "coarse-labels", from: "false", to: "true", refused: .to),
            SettingTrial(name: "pad-crop", from: "0", to: "2"),
            SettingTrial(name: "pad-crop", from: "2", to: "3"),
            SettingTrial(name: "pad-crop", also: ["crop": "true"], from: "0", to: "4", refused: .to),
            SettingTrial(name: "pad-mode", also: ["pad-crop": "3"], from: "zeros", to: "reflect"),
            SettingTrial(name: "pad-mode", from: "zeros", to: "reflect", refused: .to),
            SettingTrial(name: "flip", also: ["mirror": "true"], from: "random", to: "alternating"),
            SettingTrial(name: "flip", from: "random", to: "alternating", refused: .to),
            SettingTrial(name: "cutout", from: "0", to: "4"),
            SettingTrial(name: "cutout", from: "4", to: "6"),
            SettingTrial(name: "cutout", from: "4", to: "29", refused: .to),
            SettingTrial(
                name: "colour", also: ["model": "alexnet-small", "learning-rate": "0.01", "steps": "2"], from: "false", to: "true"
            ),
            SettingTrial(name: "resize", also: ["data": photos], from: "32", to: "40"),
            SettingTrial(name: "random-resized-crop", also: ["data": photos], from: "false", to: "true"),
            SettingTrial(name: "scale-jitter", also: ["data": photos], from: nil, to: "28,40"),
            SettingTrial(name: "scale-jitter", also: ["data": photos], from: "28,40", to: "28,41"),
            SettingTrial(name: "scale-jitter", also: ["data": photos], from: nil, to: "27,40", refused: .to),
            SettingTrial(name: "scale-jitter", also: ["crop": "true"], from: nil, to: "28,40", refused: .to),
            SettingTrial(name: "exif-orientation", also: ["data": photos], from: "true", to: "false"),
            SettingTrial(name: "init-from", from: nil, to: weights),
            SettingTrial(name: "init-partial", also: ["init-from": otherHead], from: "false", to: "true", refused: .from),
            SettingTrial(name: "init-map", also: ["init-from": weights, "init-partial": "true"], from: nil, to: "fc4="),
            SettingTrial(name: "init-map", also: ["init-from": weights], from: nil, to: "fc4=fc5", refused: .to),
            SettingTrial(name: "init-map", from: nil, to: "fc4=", refused: .to),
        ]
    }
}
