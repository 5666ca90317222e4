import Networks
import Tensors

extension ModelZoo {
    /// The plain AlexNet that PyTorch users know: one column, no normalisation, 61,100,840 parameters for 1000 classes.
    /// Input [3, 224, 224], at which torchvision's adaptive average pool to 6 × 6 leaves everything as it is, and is left out.
    /// Parameters are named as torchvision's.
    ///
    /// Weights and biases start uniform within 1 / √(fan-in), as PyTorch's layers do.
    ///
    /// Source: A. Krizhevsky, "One weird trick for parallelizing convolutional neural networks", arXiv:1404.5997 (2014), in the form of
    /// torchvision.models.alexnet.
    static func alexNetTorchvision(classes: Int) -> Network {
        func fanIn(_ count: Int) -> Initializer { .uniform(bound: 1 / Float(count).squareRoot()) }
        func conv(_ channels: Int, kernel: Int, stride: Int = 1, padding: Int, inputs: Int, name: String) -> Conv2D {
            let first = fanIn(inputs * kernel * kernel)
            return Conv2D(
                channels, kernel: kernel, stride: stride, padding: padding, weightInitializer: first, biasInitializer: first,
                name: name)
        }
        func dense(_ outputs: Int, inputs: Int, name: String) -> Dense {
            Dense(outputs, weightInitializer: fanIn(inputs), biasInitializer: fanIn(inputs), name: name)
        }
        return Network("alexnet-torchvision", input: [3, 224, 224], source: "torchvision, after Krizhevsky, arXiv:1404.5997") {
            conv(64, kernel: 11, stride: 4, padding: 2, inputs: 3, name: "features.0")
            ReLU()
            MaxPool2D(3, stride: 2)
            conv(192, kernel: 5, padding: 2, inputs: 64, name: "features.3")
            ReLU()
            MaxPool2D(3, stride: 2)
            conv(384, kernel: 3, padding: 1, inputs: 192, name: "features.6")
            ReLU()
            conv(256, kernel: 3, padding: 1, inputs: 384, name: "features.8")
            ReLU()
            conv(256, kernel: 3, padding: 1, inputs: 256, name: "features.10")
            ReLU()
            MaxPool2D(3, stride: 2)
            Flatten()
            Dropout(0.5)
            dense(4096, inputs: 9216, name: "classifier.1")
            ReLU()
            Dropout(0.5)
            dense(4096, inputs: 4096, name: "classifier.4")
            ReLU()
            dense(classes, inputs: 4096, name: "classifier.6")
        }
    }
}
