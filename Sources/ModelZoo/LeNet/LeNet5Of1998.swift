import Networks
import Tensors

extension ModelZoo {
    /// LeNet-5 as published: 60,000 trainable parameters. Input [1, 32, 32], ten classes.
    ///
    ///     C1  6 maps 28 × 28, kernel 5              156      S2  6 maps 14 × 14, trainable subsampling    12
    ///     C3  16 maps 10 × 10, kernel 5, Table I  1,516      S4  16 maps 5 × 5, trainable subsampling     32
    ///     C5  120 maps 1 × 1, kernel 5           48,120      F6  84 units                             10,164
    ///
    /// The weighted sum of every layer up to F6 passes through the squashing function. A unit of S2 and S4 multiplies the
    /// *sum* of its four inputs by its map's coefficient. The output is the squared distance to each digit's bitmap, its sign turned;
    /// the loss is equation 9 with j = 1 (the paper asks only that it be positive). Weights start uniform within ±2.4 / fan-in, as
    /// appendix A has it, the fan-in of a subsampling unit being its four inputs; biases start at 0.
    ///
    /// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
    /// Proceedings of the IEEE 86(11), 1998, sections II.B and II.C, Table I, appendix A.
    /// Throws for any number of classes but ten: there are bitmaps of the ten digits only.
    static func leNet5Of1998(classes: Int) throws(ModelZooError) -> Network {
        guard classes == DigitBitmaps.centers.count else {
            throw .classes(
                network: "lenet5-1998", asked: classes,
                possible: "a fixed bitmap for each of the ten digits; give it data of ten classes, or use lenet5")
        }
        return Network(
            "lenet5-1998", input: [1, 32, 32], source: "LeCun et al., Proceedings of the IEEE 1998",
            loss: SoftmaxCrossEntropy(rejection: 1)
        ) {
            Conv2D(6, kernel: 5, weightInitializer: uniform(fanIn: 25), name: "c1")
            squash
            subsampling("s2")
            ConnectionTable.c3(initializer: uniform)
            squash
            subsampling("s4")
            Conv2D(120, kernel: 5, weightInitializer: uniform(fanIn: 16 * 25), name: "c5")
            squash
            Dense(84, weightInitializer: uniform(fanIn: 120), name: "f6")
            squash
            RadialBasisOutput(centers: DigitBitmaps.centers, name: "output")
        }
    }

    /// f(a) = A·tanh(S·a), A = 1.7159 and S = 2/3: f(±1) = ±1. Source: section II.B, eq. 6, and appendix A.
    private static let squash = Tanh(amplitude: 1.7159, slope: 2 / 3)

    private static func uniform(fanIn: Int) -> Initializer { .uniform(bound: 2.4 / Float(fanIn)) }

    private static func subsampling(_ name: String) -> Sequential {
        Sequential {
            AvgPool2D(2)
            ChannelScale(inputScale: 4, weightInitializer: uniform(fanIn: 4), name: name)
            squash
        }
    }
}
