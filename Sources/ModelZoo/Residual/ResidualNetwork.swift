import Networks
import Tensors

/// The residual networks for photos: a stem, four stages whose blocks halve rows and columns and double the channels, a mean, the scores.
///
/// Weights start by He's normal distribution by their outputs, as torchvision's.
struct ResidualNetwork: Sendable {
    let name: String
    let source: String
    /// Blocks in each stage.
    let blocks: [Int]
    var isBottleneck = true
    /// Groups of the 3 × 3 convolutions, and channels of each at the first stage; 1 and 64 but for ResNeXt.
    var groups = 1
    var groupWidth = 64
    /// Squeeze and excitation with so many times fewer units as channels.
    var squeeze: Int?

    func network(classes: Int) -> Network {
        Network(name, input: [3, 224, 224], source: source) {
            ConvBNReLU(64, kernel: 7, stride: 2, number: 1)
            MaxPool2D(3, stride: 2, padding: 1)
            for (stage, count) in blocks.enumerated() {
                Numbered("layer\(stage + 1)") {
                    for index in 0..<count { block(64 << stage, stride: index == 0 && stage > 0 ? 2 : 1, isFirst: index == 0) }
                }
            }
            GlobalAveragePool2D()
            Dense.scores(classes, of: isBottleneck ? 2048 : 512, name: "fc")
        }
    }

    /// The stride is the 3 × 3 convolution's, as in torchvision; in the paper it is the first one's.
    private func block(_ width: Int, stride: Int, isFirst: Bool) -> Residual {
        let filters = isBottleneck ? 4 * width : width
        return Residual {
            if isBottleneck {
                let inner = width * groupWidth / 64 * groups
                ConvBNReLU(inner, kernel: 1, number: 1)
                ConvBNReLU(inner, kernel: 3, stride: RowsAndColumns(stride), groups: groups, number: 2)
                ConvBNReLU(filters, kernel: 1, relu: false, number: 3)
            } else {
                ConvBNReLU(filters, kernel: 3, stride: RowsAndColumns(stride), number: 1)
                ConvBNReLU(filters, kernel: 3, relu: false, number: 2)
            }
            if let squeeze { Gated.squeezeAndExcitation(filters, reduction: squeeze) }
        } shortcut: {
            if isFirst && (isBottleneck || stride > 1) {
                Numbered("downsample") {
                    Conv2D(
                        filters, kernel: 1, stride: stride, bias: false, weightInitializer: .heNormal(fanOut: filters))
                    BatchNorm()
                }
            }
        }
    }
}

extension Gated {
    /// Squeeze and excitation: a number between 0 and 1 for each channel, from the means of all.
    ///
    /// Source: J. Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018, section 3.
    static func squeezeAndExcitation(_ channels: Int, reduction: Int) -> Gated {
        Gated("se") {
            GlobalAveragePool2D()
            Dense(channels / reduction, name: "fc1")
            ReLU()
            Dense(channels, name: "fc2")
            Sigmoid()
        }
    }
}

extension Dense {
    /// A layer of scores whose parameters start uniform within 1 / √(fan-in), as PyTorch's.
    static func scores(_ classes: Int, of features: Int, name: String) -> Dense {
        let first = Initializer.uniform(bound: 1 / Float(features).squareRoot())
        return Dense(classes, weightInitializer: first, biasInitializer: first, name: name)
    }
}
