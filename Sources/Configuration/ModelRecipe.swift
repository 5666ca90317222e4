/// What a network is trained with where nothing else is said.
package struct ModelRecipe {
    package let learningRate: Double
    /// Steps of linear warm-up.
    package let warmupSteps: Int
    package let epochs: Int

    /// What the names of networks for photos with batch normalisation begin with.
    private static let normalizedForPhotos = [
        "googlenet-torchvision", "inception", "resnet", "resnext50", "se-resnet50", "densenet", "mobilenet", "shufflenet",
    ]

    package init(model: String) {
        switch model {
        case "lenet5": (learningRate, warmupSteps, epochs) = (0.05, 0, 10)
        case "lenet5-1998": (learningRate, warmupSteps, epochs) = (0.001, 0, 10)
        // The first rate, momentum, decay and ninety passes are those of A. Krizhevsky et al. 2012, section 5; the schedule is not. There
        // the rate was divided by ten by hand, three times, when the validation error no longer fell, at batches of 128 and without
        // warm-up (Configs/alexnet-2012.yaml). Here it falls along half a cosine, which asks for nobody's eye, and the warm-up keeps the
        // first steps on the slope.
        case "alexnet", "alexnet-torchvision": (learningRate, warmupSteps, epochs) = (0.01, 100, 90)
        // The rate of K. Simonyan, A. Zisserman 2015, section 3.1, and their 74 passes; and of other networks for photos of its time.
        case let name where name.hasPrefix("vgg"): (learningRate, warmupSteps, epochs) = (0.01, 100, 74)
        case "nin", "googlenet": (learningRate, warmupSteps, epochs) = (0.01, 100, 90)
        // The rates of their papers, 0.1 for batches of 256 and for small images of 128 and 64, at the 32 of a batch where nothing is said:
        // P. Goyal et al., arXiv:1706.02677, section 2.1. He et al. train on small images for 64,000 steps, which are 164 passes of CIFAR.
        case "densenet100-cifar": (learningRate, warmupSteps, epochs) = (0.05, 100, 300)
        case "resnext29-8x64d": (learningRate, warmupSteps, epochs) = (0.025, 100, 300)
        case let name where name.contains("-cifar") && name != "nin-cifar":
            (learningRate, warmupSteps, epochs) = (0.025, 100, 164)
        case let name where Self.normalizedForPhotos.contains(where: name.hasPrefix):
            (learningRate, warmupSteps, epochs) = (0.0125, 100, 90)
        // Their rate of 0.04 is for batches of 512.
        case let name where name.hasPrefix("squeezenet"): (learningRate, warmupSteps, epochs) = (0.0025, 100, 90)
        case let name where name.hasPrefix("highway"): (learningRate, warmupSteps, epochs) = (0.05, 0, 10)
        // Found by trying on the synthetic set: at batch 64 and rate 0.02 the network stayed at equal scores for about five epochs.
        default: (learningRate, warmupSteps, epochs) = (0.025, 100, 18)
        }
    }
}
