import Networks
import Tensors

extension ModelZoo {
    static let denseNetEntries = [
        (DenseNet(name: "densenet121", blocks: [6, 12, 24, 16]), "7,978,856"),
        (DenseNet(name: "densenet161", blocks: [6, 12, 36, 24], growth: 48), "28,681,000"),
        (DenseNet(name: "densenet169", blocks: [6, 12, 32, 32]), "14,149,480"),
        (DenseNet(name: "densenet201", blocks: [6, 12, 48, 32]), "20,013,928"),
        (DenseNet(name: "densenet100-cifar", blocks: [16, 16, 16], growth: 12, isForPhotos: false), "769,162"),
    ].map { form, parameters in
        Entry(
            name: form.name,
            summary:
                "DenseNet-BC, \(form.depth) layers, growth \(form.growth); 3 × \(form.side) × \(form.side); \(parameters) parameters",
            defaultClasses: form.isForPhotos ? 1000 : 10, make: { form.network(classes: $0) })
    }
}

/// A network in whose blocks each layer is given the outputs of all before it. Parameters are named as torchvision's.
///
/// Source: G. Huang et al., "Densely Connected Convolutional Networks", CVPR 2017, table 1 and section 4.2.
struct DenseNet: Sendable {
    let name: String
    /// Layers in each block.
    let blocks: [Int]
    /// Channels that each layer adds.
    var growth = 32
    var isForPhotos = true

    /// Two convolutions a layer, one behind each block but the last, the first one and the scores.
    var depth: Int { 2 * blocks.reduce(0, +) + blocks.count + 1 }
    var side: Int { isForPhotos ? 224 : 32 }

    func network(classes: Int) -> Network {
        Network(name, input: [3, side, side], source: "Huang et al., CVPR 2017") {
            Named("features") {
                if isForPhotos {
                    convolution(2 * growth, kernel: 7, stride: 2, "conv0")
                    BatchNorm(name: "norm0")
                    ReLU()
                    MaxPool2D(3, stride: 2, padding: 1)
                } else {
                    convolution(2 * growth, kernel: 3, "conv0")
                }
                for (index, count) in blocks.enumerated() {
                    Named("denseblock\(index + 1)") {
                        for number in 1...count { denseLayer("denselayer\(number)") }
                    }
                    if index + 1 < blocks.count { transition("transition\(index + 1)", channels(behind: index) / 2) }
                }
                BatchNorm(name: "norm\(blocks.count + 1)")
                ReLU()
            }
            GlobalAveragePool2D()
            Dense.scores(classes, of: channels(behind: blocks.count - 1), name: "classifier")
        }
    }

    /// Of a block's output; a transition behind it keeps half of them.
    private func channels(behind block: Int) -> Int {
        (0...block).reduce(4 * growth) { $0 / 2 + blocks[$1] * growth }
    }

    private func denseLayer(_ name: String) -> Concat {
        Concat {
            Identity()
            Named(name) {
                BatchNorm(name: "norm1")
                ReLU()
                convolution(4 * growth, kernel: 1, "conv1")
                BatchNorm(name: "norm2")
                ReLU()
                convolution(growth, kernel: 3, "conv2")
            }
        }
    }

    private func transition(_ name: String, _ channels: Int) -> Named {
        Named(name) {
            BatchNorm(name: "norm")
            ReLU()
            convolution(channels, kernel: 1, "conv")
            AvgPool2D(2)
        }
    }

    private func convolution(_ filters: Int, kernel: Int, stride: Int = 1, _ name: String) -> Conv2D {
        Conv2D(filters, kernel: kernel, stride: stride, padding: kernel / 2, bias: false, name: name)
    }
}
