import Networks
import Tensors

extension ModelZoo {
    static let googLeNetEntries = [
        Entry(
            name: "googlenet", summary: "GoogLeNet as published, two auxiliary heads; 3 × 224 × 224; 13,378,280 parameters",
            defaultClasses: 1000, make: { googLeNet(classes: $0) })
    ]

    /// GoogLeNet as published, with response normalisation and its two auxiliary heads: 6,998,552 parameters for 1000 classes, and 6,379,728
    /// more in the heads, which are left out where nothing is learnt. Input [3, 224, 224].
    ///
    /// The heads stand behind inception 4a and 4d, and their losses count 0.3 each. The paper does not say how its normalisation is set nor
    /// how parameters start: the former is as in Caffe's GoogLeNet, and so are the convolutions' biases; weights start by He's normal
    /// distribution. Poolings round up, as in Caffe.
    ///
    /// Source: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1, section 5 and figure 3.
    static func googLeNet(classes: Int) -> Network {
        Network("googlenet", input: [3, 224, 224], source: "Szegedy et al., CVPR 2015") {
            convolution(64, kernel: 7, stride: 2, padding: 3, "conv1")
            MaxPool2D(3, stride: 2, rounding: .up)
            LocalResponseNorm(size: 5, alpha: 2e-5, beta: 0.75, k: 1)
            convolution(64, kernel: 1, "conv2")
            convolution(192, kernel: 3, padding: 1, "conv3")
            LocalResponseNorm(size: 5, alpha: 2e-5, beta: 0.75, k: 1)
            MaxPool2D(3, stride: 2, rounding: .up)
            for (name, widths) in InceptionWidths.ofGoogLeNet {
                if name == "4a" || name == "5a" { MaxPool2D(3, stride: 2, rounding: .up) }
                inception(name, widths)
                if name == "4a" { auxiliaryHead("aux1", classes: classes) }
                if name == "4d" { auxiliaryHead("aux2", classes: classes) }
            }
            GlobalAveragePool2D()
            Dropout(0.4)
            Dense(classes, name: "fc")
        }
    }

    @LayerBuilder private static func convolution(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, _ name: String? = nil
    ) -> [any Layer] {
        Conv2D(filters, kernel: kernel, stride: stride, padding: padding, biasInitializer: .constant(0.2), name: name)
        ReLU()
    }

    /// Four ways side by side: 1 × 1; 3 × 3 and 5 × 5 behind a reduction; a pooling with a projection.
    private static func inception(_ name: String, _ widths: InceptionWidths) -> Named {
        Named("inception\(name)") {
            Concat {
                Sequential { convolution(widths.ones, kernel: 1, "branch1") }
                Numbered("branch2") {
                    Sequential { convolution(widths.threesReduced, kernel: 1) }
                    Sequential { convolution(widths.threes, kernel: 3, padding: 1) }
                }
                Numbered("branch3") {
                    Sequential { convolution(widths.fivesReduced, kernel: 1) }
                    Sequential { convolution(widths.fives, kernel: 5, padding: 2) }
                }
                Numbered("branch4") {
                    MaxPool2D(3, stride: 1, padding: 1)
                    Sequential { convolution(widths.pooled, kernel: 1) }
                }
            }
        }
    }

    private static func auxiliaryHead(_ name: String, classes: Int) -> AuxiliaryLoss {
        AuxiliaryLoss(weight: 0.3, name: name) {
            Named(name) {
                AvgPool2D(5, stride: 3)
                convolution(128, kernel: 1, "conv")
                Dense(1024, name: "fc1")
                ReLU()
                Dropout(0.7)
                Dense(classes, name: "fc2")
            }
        }
    }
}
