public import ArgumentParser
import Configuration
public import Datasets
import Evaluation
import JSONText
import Topology
import Training

/// `partrain evaluate`: how good a network is, or several together.
struct EvaluateCommand: AsyncParsableCommand, SettingFlags {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Print how good the weights of a file are on a data set's validation images.",
        discussion:
            """
            A checkpoint says itself which network and which data it belongs to, as for `partrain predict`. Of several files of weights, of one \
            network or of several, the probabilities are averaged (an ensemble), and each is told of, too. So are those of all views of \
            an image where --crops or --scales show it more than once. Results do not depend on the number of devices in data mode.
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The weights: .safetensors files, checkpoints or another program's.", valueName: "path"))
    var initFrom: [String]

    @Option(
        setting: "data",
        help: ArgumentHelp(
            "The data set whose validation images are evaluated. Default: what the weights were trained on.", valueName: "source")
    )
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Which windows of each image count: centre; mirrored, its mirror image, too; five, the corners and the centre; ten, their mirror "
                + "images, too."))
    var crops = ImageViews.Crops.centre

    @Option(
        help: ArgumentHelp(
            "Scale images so that their shorter side has so many pixels, to each number in turn.",
            discussion: "Default: as the weights were trained.", valueName: "n,n,..."))
    var scales: String?

    @Option(
        help: ArgumentHelp(
            "Also count how often so many pairs of windows of each image, shifted at random, are said to be of one class.",
            valueName: "n"))
    var shiftConsistency = 0

    @Flag(setting: "coarse-labels") var coarseLabels: Bool?

    @Option(
        setting: "resize",
        help: ArgumentHelp(
            "Scale images so that their shorter side has so many pixels; windows are taken of the square in their centre.",
            discussion: "Default: as the weights were trained.", valueName: "n"))
    var resize: String?

    @Option(setting: "input-threads") var inputThreads: String?

    @Option(setting: "seed", help: ArgumentHelp("What the random shifts follow from.", valueName: "n"))
    var seed: String?

    @Flag(setting: "json", help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Network, and where it runs") var placement: PlacementFlags
    @OptionGroup(title: "How it computes, and reads images") var inference: InferenceFlags

    func run() async throws {
        let evaluator = try Evaluator(
            EvaluationRequest(
                weights: initFrom, crops: crops, scales: scales.map(EvaluationRequest.scales) ?? [],
                shiftedPairs: shiftConsistency, given: GivenSetting.flags(placement.given + inference.given + given)),
            on: Machine.discover())
        let warnings = WarningStream()
        warnings.warn(evaluator.notices)
        warnings.warn(try evaluator.corePlacement().warnings)
        let report = try await evaluator.run { try TextStream.error.write("partrain: warning: \($0)\n") }
        let output = TextStream.output
        if json {
            try output.write("\(report.json)\n")
        } else {
            try output.show(EvaluationText.lines(report, width: output.columns))
        }
    }
}

extension ImageViews.Crops: ExpressibleByArgument {}
