import Networks
import Tensors

extension ModelZoo {
    static let squeezeNetEntries = [
        Entry(
            name: "squeezenet1-0", summary: "SqueezeNet as published; 3 × 224 × 224; 1,248,424 parameters", defaultClasses: 1000,
            make: { squeezeNet("squeezenet1-0", classes: $0, first: 96, kernel: 7, poolingsBefore: [2, 5, 9]) }),
        Entry(
            name: "squeezenet1-1", summary: "SqueezeNet with less than half the work; 3 × 224 × 224; 1,235,496 parameters",
            defaultClasses: 1000,
            make: { squeezeNet("squeezenet1-1", classes: $0, first: 64, kernel: 3, poolingsBefore: [2, 4, 6]) }),
    ]

    /// SqueezeNet with torchvision's names: fire modules, which squeeze into few channels by 1 × 1 and expand by 1 × 1 and 3 × 3.
    /// Input [3, 224, 224]. Poolings round up. Weights start as torchvision's: uniform as He has them, the last ones with deviation 0.01.
    ///
    /// Source: F. Iandola et al., "SqueezeNet", arXiv:1602.07360, table 1; version 1.1 of its authors' repository; torchvision.models.squeezenet.
    ///
    /// - Parameter poolings: the fire modules whose input is pooled, by their numbers in the paper, which begin at 2.
    private static func squeezeNet(
        _ name: String, classes: Int, first: Int, kernel: Int, poolingsBefore poolings: [Int]
    ) -> Network {
        Network(name, input: [3, 224, 224], source: "Iandola et al., arXiv:1602.07360") {
            Numbered("features") {
                uniform(first, kernel: kernel, stride: 2, inputs: 3)
                ReLU()
                for (place, module) in fireModules.enumerated() {
                    if poolings.contains(place + 2) { MaxPool2D(3, stride: 2, rounding: .up) }
                    fire(module.squeezed, module.expanded, inputs: place == 0 ? first : 2 * fireModules[place - 1].expanded)
                }
            }
            Numbered("classifier") {
                Dropout(0.5)
                Conv2D(classes, kernel: 1, weightInitializer: .normal(standardDeviation: 0.01))
                ReLU()
            }
            GlobalAveragePool2D()
        }
    }

    /// Channels of fire 2 to 9: what they squeeze into, and what each half expands to.
    private static let fireModules: [(squeezed: Int, expanded: Int)] = [
        (16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256),
    ]

    private static func fire(_ squeezed: Int, _ expanded: Int, inputs: Int) -> Block {
        Block {
            uniform(squeezed, kernel: 1, inputs: inputs, name: "squeeze")
            ReLU()
            Concat {
                Sequential {
                    uniform(expanded, kernel: 1, inputs: squeezed, name: "expand1x1")
                    ReLU()
                }
                Sequential {
                    uniform(expanded, kernel: 3, padding: 1, inputs: squeezed, name: "expand3x3")
                    ReLU()
                }
            }
        }
    }

    private static func uniform(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, inputs: Int, name: String? = nil
    ) -> Conv2D {
        let bound = (6 / Float(inputs * kernel * kernel)).squareRoot()
        return Conv2D(
            filters, kernel: kernel, stride: stride, padding: padding, weightInitializer: .uniform(bound: bound), name: name)
    }
}
