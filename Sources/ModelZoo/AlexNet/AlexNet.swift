import Networks
import Tensors

extension ModelZoo {
    /// AlexNet as published, with its two columns: 60,965,224 parameters for 1000 classes. Input [3, 227, 227].
    ///
    /// The paper ran a column on each of two GPUs: convolutions 2, 4 and 5 see only their own column's maps (two groups),
    /// and so does the normalisation; convolution 3 and the dense layers see both. The paper's images of 224 pixels do not
    /// give its 55 × 55 first maps; 227 does. Dropout stands before the first two dense layers, on their input. Pooling
    /// overlaps: windows of 3 every 2. Weights start normal with deviation 0.01; biases start at 1 in convolutions 2, 4, 5
    /// and the hidden dense layers, so that their ReLUs are fed from the start, and at 0 elsewhere.
    ///
    /// Source: A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
    /// NIPS 2012, sections 3.2 to 3.5, 4.2 and 5.
    static func alexNet(classes: Int) -> Network {
        let weight = Initializer.normal(standardDeviation: 0.01)
        let one = Initializer.constant(1)
        return Network("alexnet", input: [3, 227, 227], source: "Krizhevsky et al., NIPS 2012") {
            Conv2D(96, kernel: 11, stride: 4, weightInitializer: weight, name: "conv1")
            ReLU()
            LocalResponseNorm(groups: 2)
            MaxPool2D(3, stride: 2)
            Conv2D(256, kernel: 5, padding: 2, groups: 2, weightInitializer: weight, biasInitializer: one, name: "conv2")
            ReLU()
            LocalResponseNorm(groups: 2)
            MaxPool2D(3, stride: 2)
            Conv2D(384, kernel: 3, padding: 1, weightInitializer: weight, name: "conv3")
            ReLU()
            Conv2D(384, kernel: 3, padding: 1, groups: 2, weightInitializer: weight, biasInitializer: one, name: "conv4")
            ReLU()
            Conv2D(256, kernel: 3, padding: 1, groups: 2, weightInitializer: weight, biasInitializer: one, name: "conv5")
            ReLU()
            MaxPool2D(3, stride: 2)
            Flatten()
            Dropout(0.5)
            Dense(4096, weightInitializer: weight, biasInitializer: one, name: "fc6")
            ReLU()
            Dropout(0.5)
            Dense(4096, weightInitializer: weight, biasInitializer: one, name: "fc7")
            ReLU()
            Dense(classes, weightInitializer: weight, name: "fc8")
        }
    }
}
