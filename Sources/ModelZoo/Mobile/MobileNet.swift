import Networks
import Tensors

extension ModelZoo {
    static let mobileEntries = [
        Entry(
            name: "mobilenet", summary: "MobileNet, depthwise and pointwise convolutions; 3 × 224 × 224; 4,231,976 parameters",
            defaultClasses: 1000, make: { mobileNet(classes: $0) }),
        Entry(
            name: "shufflenet", summary: "ShuffleNet with 3 groups; 3 × 224 × 224; 1,865,728 parameters", defaultClasses: 1000,
            make: { shuffleNet(classes: $0) }),
    ]

    /// MobileNet: each convolution of 3 × 3 is a depthwise one and one of 1 × 1. 4,231,976 parameters for 1000 classes. Input [3, 224, 224].
    ///
    /// Source: A. Howard et al., "MobileNets", arXiv:1704.04861, table 1.
    static func mobileNet(classes: Int) -> Network {
        let filters = [64, 128, 128, 256, 256] + Array(repeating: 512, count: 6) + [1024, 1024]
        let inputs = [32] + filters
        return Network("mobilenet", input: [3, 224, 224], source: "Howard et al., arXiv:1704.04861") {
            Numbered("features") {
                ConvBNReLU(32, kernel: 3, stride: 2)
                for (inputs, filters) in zip(inputs, filters) {
                    Numbered {
                        // Twice as many channels have half as many rows and columns, but for the first.
                        ConvBNReLU(inputs, kernel: 3, stride: filters > inputs && inputs > 32 ? 2 : 1, groups: inputs)
                        ConvBNReLU(filters, kernel: 1)
                    }
                }
            }
            GlobalAveragePool2D()
            Dense.scores(classes, of: 1024, name: "classifier")
        }
    }

    /// ShuffleNet with 3 groups: convolutions of 1 × 1 in groups, whose channels are shuffled between them. Input [3, 224, 224].
    ///
    /// The first convolution of 1 × 1 has one group, since there are few channels. Where rows and columns are halved the shortcut is a mean, and
    /// is put beside the others' channels instead of being added.
    ///
    /// Source: X. Zhang et al., "ShuffleNet", CVPR 2018, table 1 and figure 2.
    static func shuffleNet(classes: Int) -> Network {
        let groups = 3
        return Network("shufflenet", input: [3, 224, 224], source: "Zhang et al., CVPR 2018") {
            ConvBNReLU(24, kernel: 3, stride: 2, number: 1)
            MaxPool2D(3, stride: 2, padding: 1)
            for (stage, count) in [4, 8, 4].enumerated() {
                let (filters, inputs) = (240 << stage, stage == 0 ? 24 : 120 << stage)
                Numbered("stage\(stage + 2)") {
                    Named("0") {
                        Concat {
                            AvgPool2D(3, stride: 2, padding: 1)
                            Sequential(
                                shuffleUnit(
                                    filters - inputs, inner: filters / 4, stride: 2, groups: groups,
                                    firstGroups: stage == 0 ? 1 : groups))
                        }
                        ReLU()
                    }
                    for index in 1..<count {
                        Residual("\(index)") {
                            shuffleUnit(filters, inner: filters / 4, stride: 1, groups: groups, firstGroups: groups)
                        }
                    }
                }
            }
            GlobalAveragePool2D()
            Dense.scores(classes, of: 960, name: "fc")
        }
    }

    @LayerBuilder private static func shuffleUnit(
        _ filters: Int, inner: Int, stride: Int, groups: Int, firstGroups: Int
    ) -> [any Layer] {
        ConvBNReLU(inner, kernel: 1, groups: firstGroups, number: 1)
        ChannelShuffle(groups: groups)
        ConvBNReLU(inner, kernel: 3, stride: RowsAndColumns(stride), groups: inner, relu: false, number: 2)
        ConvBNReLU(filters, kernel: 1, groups: groups, relu: false, number: 3)
    }
}
