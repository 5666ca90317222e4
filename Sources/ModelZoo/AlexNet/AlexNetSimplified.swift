import Networks
import Tensors

extension ModelZoo {
    /// AlexNet as some lecture notes simplify it: a 5 × 5 first kernel, windows of 2 side by side, one column, no
    /// normalisation; 96, 256, 384, 384 and 256 kernels. Input [3, 32, 32]. Weights start as He has them.
    ///
    /// Source: lecture notes' form of A. Krizhevsky et al., NIPS 2012.
    static func alexNetSimplified(classes: Int) -> Network {
        Network("alexnet-simplified", input: [3, 32, 32], source: "lecture notes, after Krizhevsky et al., NIPS 2012") {
            Conv2D(96, kernel: 5, padding: 2, name: "conv1")
            ReLU()
            MaxPool2D(2)
            Conv2D(256, kernel: 3, padding: 1, name: "conv2")
            ReLU()
            MaxPool2D(2)
            Conv2D(384, kernel: 3, padding: 1, name: "conv3")
            ReLU()
            Conv2D(384, kernel: 3, padding: 1, name: "conv4")
            ReLU()
            Conv2D(256, kernel: 3, padding: 1, name: "conv5")
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dropout(0.5)
            Dense(1024, name: "fc6")
            ReLU()
            Dropout(0.5)
            Dense(1024, name: "fc7")
            ReLU()
            Dense(classes, name: "fc8")
        }
    }
}
