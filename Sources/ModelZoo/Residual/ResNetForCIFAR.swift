import Networks
import Tensors

extension ModelZoo {
    static let smallResidualEntries =
        [20, 32, 44, 56, 110].flatMap { depth in
            SmallResidualNetwork.Shortcut.allCases.map { SmallResidualNetwork(depth: depth, shortcut: $0) }
        }.map(smallResidualEntry) + [
            smallResidualEntry(SmallResidualNetwork(depth: 20, shortcut: .padding, squeeze: 16)),
            Entry(
                name: "resnext29-8x64d",
                summary: "ResNeXt with 29 layers, 8 groups of 64 channels; 3 × 32 × 32; 34,426,698 parameters",
                defaultClasses: 10, make: { resNeXt29(classes: $0) }),
        ]

    private static func smallResidualEntry(_ form: SmallResidualNetwork) -> Entry {
        Entry(
            name: form.name, summary: "\(form.summary); 3 × 32 × 32; \(form.parameters) parameters", defaultClasses: 10,
            make: { form.network(classes: $0) })
    }

    /// ResNeXt with 29 layers and 8 groups of 64 channels for small images: three stages of three blocks. Input [3, 32, 32].
    ///
    /// Source: S. Xie et al., "Aggregated Residual Transformations for Deep Neural Networks", CVPR 2017, section 5.3 and appendix A.
    static func resNeXt29(classes: Int) -> Network {
        Network("resnext29-8x64d", input: [3, 32, 32], source: "Xie et al., CVPR 2017") {
            ConvBNReLU(64, kernel: 3, number: 1)
            for stage in 0..<3 {
                Numbered("layer\(stage + 1)") {
                    for index in 0..<3 {
                        let (inner, filters, stride) = (512 << stage, 256 << stage, index == 0 && stage > 0 ? 2 : 1)
                        Residual {
                            ConvBNReLU(inner, kernel: 1, number: 1)
                            ConvBNReLU(inner, kernel: 3, stride: RowsAndColumns(stride), groups: 8, number: 2)
                            ConvBNReLU(filters, kernel: 1, relu: false, number: 3)
                        } shortcut: {
                            if index == 0 {
                                ConvBNReLU(filters, kernel: 1, stride: RowsAndColumns(stride), relu: false, name: "downsample")
                            }
                        }
                    }
                }
            }
            GlobalAveragePool2D()
            Dense.scores(classes, of: 1024, name: "fc")
        }
    }
}

/// The networks for small images of 6n + 2 layers: three stages of n blocks with 16, 32 and 64 channels. Input [3, 32, 32].
///
/// Source: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2.
struct SmallResidualNetwork: Sendable {
    /// What stands beside the convolutions where a stage begins: nothing, and nowhere (a plain network); zeros for the channels that are
    /// not there yet (the paper's option A); a convolution of 1 × 1 (option B).
    enum Shortcut: CaseIterable {
        case none, padding, projection
    }

    let depth: Int
    let shortcut: Shortcut
    /// Squeeze and excitation with so many times fewer units as channels.
    var squeeze: Int?

    var name: String {
        switch shortcut {
        case .none: "plain\(depth)-cifar"
        case .padding: squeeze == nil ? "resnet\(depth)-cifar" : "se-resnet\(depth)-cifar"
        case .projection: "resnet\(depth)-cifar-projection"
        }
    }

    var summary: String {
        switch shortcut {
        case .none: "plain network with \(depth) layers"
        case .padding: "ResNet with \(depth) layers, shortcuts padded" + (squeeze == nil ? "" : ", squeeze and excitation")
        case .projection: "ResNet with \(depth) layers, shortcuts of 1 × 1"
        }
    }

    /// For ten classes.
    var parameters: String {
        // Of depth 20: the convolutions of each stage and the scores; each further block of three adds as much.
        var count = 269_722 + (depth - 20) / 6 * 97_216
        if shortcut == .projection { count += 16 * 32 + 32 * 64 + 2 * (32 + 64) }
        if let squeeze {
            for channels in [16, 32, 64] {
                count += (depth - 2) / 6 * (2 * channels * (channels / squeeze) + channels / squeeze + channels)
            }
        }
        let digits = String(count)
        return digits.enumerated().map { ($0 > 0 && (digits.count - $0) % 3 == 0 ? "," : "") + String($1) }.joined()
    }

    func network(classes: Int) -> Network {
        Network(name, input: [3, 32, 32], source: squeeze == nil ? "He et al., CVPR 2016" : "Hu et al., CVPR 2018") {
            ConvBNReLU(16, kernel: 3, number: 1)
            for stage in 0..<3 {
                Numbered("layer\(stage + 1)") {
                    for index in 0..<(depth - 2) / 6 { block(16 << stage, stride: index == 0 && stage > 0 ? 2 : 1) }
                }
            }
            GlobalAveragePool2D()
            Dense.scores(classes, of: 64, name: "fc")
        }
    }

    private func block(_ filters: Int, stride: Int) -> any Layer {
        guard shortcut != .none else {
            return Block {
                ConvBNReLU(filters, kernel: 3, stride: RowsAndColumns(stride), number: 1)
                ConvBNReLU(filters, kernel: 3, number: 2)
            }
        }
        return Residual {
            ConvBNReLU(filters, kernel: 3, stride: RowsAndColumns(stride), number: 1)
            ConvBNReLU(filters, kernel: 3, relu: false, number: 2)
            if let squeeze { Gated.squeezeAndExcitation(filters, reduction: squeeze) }
        } shortcut: {
            if stride > 1 {
                if shortcut == .padding {
                    AvgPool2D(1, stride: stride)
                    PadChannels(to: filters)
                } else {
                    Numbered("downsample") {
                        Conv2D(filters, kernel: 1, stride: stride, bias: false, weightInitializer: .heNormal(fanOut: filters))
                        BatchNorm()
                    }
                }
            }
        }
    }
}
