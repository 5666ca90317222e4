import Networks
import Tensors

/// A network in which every operation appears, those of the gradient included; its extents can be cut into 2 and 4.
let everyOperation = Network(
    "every operation", input: [4, 9, 9], loss: SoftmaxCrossEntropy(rejection: 1, labelSmoothing: 0.2)
) {
    Conv2D(8, kernel: 3, padding: 1, name: "conv")
    BatchNorm(name: "normal")
    ReLU()
    BlurPool2D(stride: 1)
    PadChannels(to: 12)
    Conv2D(8, kernel: 3, padding: 2, dilation: 2, groups: 4, name: "dilated")
    GELU()
    Highway {
        Conv2D(8, kernel: 3, padding: 1, groups: 8, name: "transform")
        ChannelShuffle(groups: 4)
    } gate: {
        Conv2D(8, kernel: 1, name: "gate")
        Sigmoid()
    }
    Gated {
        GlobalAveragePool2D()
        Dense(8, name: "excitation")
        Sigmoid()
    }
    LocalResponseNorm(size: 3, alpha: 0.3, groups: 4)
    MaxPool2D(3, stride: 2)
    Conv2D(8, kernel: 3, padding: 1, groups: 4, name: "grouped")
    Sigmoid()
    Concat {
        Identity()
        SelectChannels([1, 3, 3, 0])
    }
    AvgPool2D(2)
    ChannelScale(name: "scale")
    Bias(name: "bias")
    Add {
        Identity()
        Conv2D(12, kernel: 1, name: "skip")
    }
    Flatten()
    Dropout(0.4)
    Dense(8, name: "hidden")
    Tanh()
    RadialBasisOutput(centers: (0..<5).map { row in (0..<8).map { ($0 * row) % 3 == 0 ? 1 : -1 } })
}
