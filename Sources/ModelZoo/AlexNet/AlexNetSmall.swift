import Networks
import Tensors

extension ModelZoo {
    /// AlexNet's form at a reduced input and width, for quick runs. Input [3, 67, 67]; maps of 31, 15, 7 and 3.
    ///
    /// Everything that makes AlexNet what it is stays: two columns, overlapping pooling, normalisation, dropout. Weights
    /// start as He has them, since the published deviation of 0.01 is made for wide layers.
    ///
    /// Source: of our own making, after A. Krizhevsky et al., NIPS 2012.
    static func alexNetSmall(classes: Int) -> Network {
        Network("alexnet-small", input: [3, 67, 67], source: "reduced from Krizhevsky et al., NIPS 2012") {
            Conv2D(32, kernel: 7, stride: 2, name: "conv1")
            ReLU()
            LocalResponseNorm(groups: 2)
            MaxPool2D(3, stride: 2)
            Conv2D(64, kernel: 5, padding: 2, groups: 2, name: "conv2")
            ReLU()
            LocalResponseNorm(groups: 2)
            MaxPool2D(3, stride: 2)
            Conv2D(96, kernel: 3, padding: 1, name: "conv3")
            ReLU()
            Conv2D(96, kernel: 3, padding: 1, groups: 2, name: "conv4")
            ReLU()
            Conv2D(64, kernel: 3, padding: 1, groups: 2, name: "conv5")
            ReLU()
            MaxPool2D(3, stride: 2)
            Flatten()
            Dropout(0.5)
            Dense(256, name: "fc6")
            ReLU()
            Dropout(0.5)
            Dense(256, name: "fc7")
            ReLU()
            Dense(classes, name: "fc8")
        }
    }
}
