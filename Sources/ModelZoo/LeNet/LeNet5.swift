import Networks
import Tensors

extension ModelZoo {
    /// LeNet-5 in today's form: every map of S2 feeds every map of C3, means without coefficients, a dense layer of scores.
    /// 61,706 parameters for 10 classes. Input [1, 28, 28], padded to the 32 of 1998.
    ///
    /// Source: Y. LeCun et al. 1998, as A. Zhang et al., "Dive into Deep Learning", section 7.6, give it, with tanh.
    static func leNet5(classes: Int) -> Network {
        Network("lenet5", input: [1, 28, 28], source: "today's form of LeCun et al., Proceedings of the IEEE 1998") {
            Conv2D(6, kernel: 5, padding: 2, name: "conv1")
            Tanh()
            AvgPool2D(2)
            Conv2D(16, kernel: 5, name: "conv2")
            Tanh()
            AvgPool2D(2)
            Flatten()
            Dense(120, name: "fc3")
            Tanh()
            Dense(84, name: "fc4")
            Tanh()
            Dense(classes, name: "fc5")
        }
    }
}
