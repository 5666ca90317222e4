import Networks
import Tensors

extension ModelZoo {
    static let inceptionEntries = [
        Entry(
            name: "googlenet-torchvision", summary: "GoogLeNet as PyTorch users know it; 3 × 224 × 224; 13,004,888 parameters",
            defaultClasses: 1000, make: { googLeNetTorchvision(classes: $0) }),
        Entry(
            name: "inception-v3", summary: "Inception v3, one auxiliary head; 3 × 299 × 299; 27,161,264 parameters",
            defaultClasses: 1000, make: { inceptionV3(classes: $0) }),
    ]

    /// Inception v3 as torchvision has it: 23,834,568 parameters for 1000 classes, and 3,326,696 more in its auxiliary head, which is left
    /// out where nothing is learnt. Input [3, 299, 299]. The head's loss counts 0.4, as in PyTorch's examples.
    ///
    /// Source: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, table 1 and figures 5 to 7;
    /// torchvision.models.inception_v3.
    static func inceptionV3(classes: Int) -> Network {
        Network("inception-v3", input: [3, 299, 299], source: "Szegedy et al., CVPR 2016, in the form of torchvision") {
            InceptionV3.unit(32, 3, stride: 2, padding: 0, "Conv2d_1a_3x3")
            InceptionV3.unit(32, 3, padding: 0, "Conv2d_2a_3x3")
            InceptionV3.unit(64, 3, "Conv2d_2b_3x3")
            MaxPool2D(3, stride: 2)
            InceptionV3.unit(80, 1, "Conv2d_3b_1x1")
            InceptionV3.unit(192, 3, padding: 0, "Conv2d_4a_3x3")
            MaxPool2D(3, stride: 2)
            for (place, pooled) in [("5b", 32), ("5c", 64), ("5d", 64)] { InceptionV3.fives(place, pooled: pooled) }
            InceptionV3.firstReduction("6a")
            for (place, inner) in [("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)] { InceptionV3.sevens(place, inner: inner) }
            InceptionV3.auxiliaryHead(classes: classes)
            InceptionV3.secondReduction("7a")
            for place in ["7b", "7c"] { InceptionV3.wide(place) }
            GlobalAveragePool2D()
            Dropout(0.5)
            Dense.scores(classes, of: 2048, name: "fc")
        }
    }
}
