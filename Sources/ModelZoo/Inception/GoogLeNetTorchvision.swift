import Networks
import Tensors

extension ModelZoo {
    /// GoogLeNet as torchvision has it, with batch normalisation: 6,624,904 parameters for 1000 classes, and 6,379,984 more in two auxiliary
    /// heads, which are left out where nothing is learnt. Input [3, 224, 224].
    ///
    /// Instead of 5 × 5 its third branches have 3 × 3. The heads' means are of the paper's windows of 5 every 3; torchvision's are of four rows
    /// and columns, 3 or 4 apart. Weights start by He's normal distribution by their outputs.
    ///
    /// Source: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, in the form of torchvision.models.googlenet.
    static func googLeNetTorchvision(classes: Int) -> Network {
        Network("googlenet-torchvision", input: [3, 224, 224], source: "torchvision, after Szegedy et al., CVPR 2015") {
            unit(64, kernel: 7, stride: 2, "conv1")
            MaxPool2D(3, stride: 2, rounding: .up)
            unit(64, kernel: 1, "conv2")
            unit(192, kernel: 3, "conv3")
            MaxPool2D(3, stride: 2, rounding: .up)
            for (name, widths) in InceptionWidths.ofGoogLeNet {
                if name == "4a" { MaxPool2D(3, stride: 2, rounding: .up) }
                if name == "5a" { MaxPool2D(2, stride: 2, rounding: .up) }
                module(name, widths)
                if name == "4a" { head("aux1", classes: classes) }
                if name == "4d" { head("aux2", classes: classes) }
            }
            GlobalAveragePool2D()
            Dropout(0.2)
            Dense.scores(classes, of: 1024, name: "fc")
        }
    }

    private static func unit(_ filters: Int, kernel: Int, stride: Int = 1, _ name: String? = nil) -> ConvBNReLU {
        ConvBNReLU(
            filters, kernel: RowsAndColumns(kernel), stride: RowsAndColumns(stride), epsilon: 1e-3, name: name)
    }

    private static func module(_ name: String, _ widths: InceptionWidths) -> Named {
        Named("inception\(name)") {
            Concat {
                unit(widths.ones, kernel: 1, "branch1")
                Numbered("branch2") {
                    unit(widths.threesReduced, kernel: 1)
                    unit(widths.threes, kernel: 3)
                }
                Numbered("branch3") {
                    unit(widths.fivesReduced, kernel: 1)
                    unit(widths.fives, kernel: 3)
                }
                Numbered("branch4") {
                    MaxPool2D(3, stride: 1, padding: 1, rounding: .up)
                    unit(widths.pooled, kernel: 1)
                }
            }
        }
    }

    private static func head(_ name: String, classes: Int) -> AuxiliaryLoss {
        AuxiliaryLoss(weight: 0.3, name: name) {
            Named(name) {
                AvgPool2D(5, stride: 3)
                unit(128, kernel: 1, "conv")
                Dense.scores(1024, of: 2048, name: "fc1")
                ReLU()
                Dropout(0.7)
                Dense.scores(classes, of: 1024, name: "fc2")
            }
        }
    }
}
