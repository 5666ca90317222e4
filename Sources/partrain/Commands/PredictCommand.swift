import ArgumentParser
import Configuration
import Datasets
import JSONText
import Topology
import Training

/// `partrain predict`: what a trained network says of images.
struct PredictCommand: AsyncParsableCommand, SettingFlags {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Print what a network with the weights of a file says of images.",
        discussion:
            """
            A checkpoint says itself which network and which data it belongs to, what its classes are called, and how images are seen: \
            their size, the mean and deviation of pixels. Weights of another \
            program need --model, and --classes where they are not as many as published; PyTorch's names are understood for \
            alexnet-torchvision. Without images, those of the validation part of --data are taken, and scored where their classes are \
            the network's by name.
            """)

    @Argument(
        help: ArgumentHelp(
            "Images, and folders of images: each is classified, and nothing is scored.", valueName: "image"))
    var paths: [String] = []

    @Option(help: ArgumentHelp("The weights: a .safetensors file, a checkpoint's or another program's.", valueName: "path"))
    var initFrom: String

    @Option(
        setting: "data",
        help: ArgumentHelp(
            "Images, of which the validation part is classified: synthetic[:key=value,...], or a folder as for training, or of images alone.",
            valueName: "source"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Images instead of data: a file, a folder, or a .safetensors file with the tensor images [N, C, H, W], as the network is to see them.",
            valueName: "path"))
    var images: String?

    @Option(
        setting: "resize",
        help: ArgumentHelp(
            "Scale images so that their shorter side has so many pixels; the network sees their centre.",
            discussion: "Default: as the weights were trained, otherwise 256 for networks of 224 and 227 pixels.", valueName: "n")
    )
    var resize: String?

    @Option(
        help: ArgumentHelp(
            "Write to a file: the best classes to NAME.csv or NAME.json, all logits to NAME.safetensors (and labels, -1 for none).",
            valueName: "path"))
    var output: String?

    @Option(help: ArgumentHelp("How many classes are told of each image, the most probable first.", valueName: "n"))
    var top = 5

    @Flag(setting: "json", help: "Print JSON, an object a line.")
    var json = false

    @OptionGroup(title: "Network, and where it runs") var placement: PlacementFlags
    @OptionGroup(title: "How it computes, and reads images") var inference: InferenceFlags

    func validate() throws {
        guard top > 0 else { throw ValidationError("--top \(top) is not possible; give a whole number of at least 1") }
        guard data == nil || (images == nil && paths.isEmpty) else {
            throw ValidationError("--data and \(images == nil ? "images" : "--images") are both given; give one of them")
        }
    }

    func run() async throws {
        let predictor = try Predictor(
            weights: initFrom, images: paths + (images.map { [$0] } ?? []),
            given: GivenSetting.flags(placement.given + inference.given + given),
            on: Machine.discover())
        func warn(_ notice: String) throws { try TextStream.error.write("partrain: warning: \(notice)\n") }
        for notice in predictor.notices { try warn(notice) }
        let className: @Sendable (Int) -> String = { predictor.name(ofClass: $0) }
        var file = try output.map { try PredictionFile(path: $0, bestCount: top, className: className) }
        var text = PredictionText(bestCount: top, className: className)
        WarningStream().warn(try predictor.corePlacement().warnings)
        try await predictor.run(warn: warn) { prediction in
            file?.add(prediction)
            // Where a file takes it all, only the sum is printed.
            if json {
                try TextStream.output.write(prediction.json(bestCount: top, className: className).description + "\n")
            } else {
                let line = text.line(prediction)
                if output == nil { try TextStream.output.show(line) }
            }
        }
        WarningStream().warn(predictor.imageWarnings.sentences)
        try file?.write()
        if !json { try TextStream.output.show(text.summary(writtenTo: output)) }
    }
}
