import Networks
import Tensors

extension ModelZoo {
    static let vggEntries =
        VGG.allCases.map { vgg in
            Entry(
                name: vgg.name,
                summary: "VGG, \(vgg.depth) layers with weights; 3 × 224 × 224; \(vgg.parameters.plain) parameters",
                defaultClasses: 1000, make: { vgg.network(classes: $0) })
        }
        + VGG.allCases.map { vgg in
            Entry(
                name: "\(vgg.name)-bn",
                summary: "VGG, \(vgg.depth) layers, batch normalisation; 3 × 224 × 224; \(vgg.parameters.normalized) parameters",
                defaultClasses: 1000, make: { vgg.network(classes: $0, isNormalized: true) })
        }

    /// The networks of VGG, by the letters of the paper's table: convolutions of 3 × 3, as many channels in all of a stage, and twice as many
    /// behind each pooling up to 512. Input [3, 224, 224]. Parameters are named as torchvision's.
    ///
    /// Weights start as torchvision's: convolutions by He's normal distribution by their outputs, dense layers with deviation 0.01.
    ///
    /// Source: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015, table 1;
    /// torchvision.models.vgg.
    enum VGG: String, CaseIterable, Sendable {
        case a, b, d, e

        /// Convolutions in each stage.
        private var convolutions: [Int] {
            switch self {
            case .a: [1, 1, 2, 2, 2]
            case .b: [2, 2, 2, 2, 2]
            case .d: [2, 2, 3, 3, 3]
            case .e: [2, 2, 4, 4, 4]
            }
        }

        var depth: Int { convolutions.reduce(3, +) }
        var name: String { "vgg\(depth)" }

        /// Without and with batch normalisation.
        var parameters: (plain: String, normalized: String) {
            switch self {
            case .a: ("132,863,336", "132,868,840")
            case .b: ("133,047,848", "133,053,736")
            case .d: ("138,357,544", "138,365,992")
            case .e: ("143,667,240", "143,678,248")
            }
        }

        /// - Parameter isNormalized: whether batch normalisation follows each convolution, as torchvision's `vgg16_bn`.
        func network(classes: Int, isNormalized: Bool = false) -> Network {
            let dense = Initializer.normal(standardDeviation: 0.01)
            let name = isNormalized ? "\(name)-bn" : name
            return Network(name, input: [3, 224, 224], source: "Simonyan and Zisserman, ICLR 2015") {
                Numbered("features") {
                    for (filters, count) in zip([64, 128, 256, 512, 512], convolutions) {
                        for _ in 0..<count {
                            Conv2D(filters, kernel: 3, padding: 1, weightInitializer: .heNormal(fanOut: 9 * filters))
                            if isNormalized { BatchNorm() }
                            ReLU()
                        }
                        MaxPool2D(2)
                    }
                }
                Numbered("classifier") {
                    Dense(4096, weightInitializer: dense)
                    ReLU()
                    Dropout(0.5)
                    Dense(4096, weightInitializer: dense)
                    ReLU()
                    Dropout(0.5)
                    Dense(classes, weightInitializer: dense)
                }
            }
        }
    }
}
