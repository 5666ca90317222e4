import Networks
import Tensors

extension ModelZoo {
    static let networkInNetworkEntries = [
        Entry(
            name: "nin", summary: "Network in Network for photos; 3 × 224 × 224; 7,595,176 parameters", defaultClasses: 1000,
            make: { networkInNetwork(classes: $0) }),
        Entry(
            name: "nin-cifar", summary: "Network in Network for small images; 3 × 32 × 32; 966,986 parameters",
            defaultClasses: 10,
            make: { networkInNetworkForCIFAR(classes: $0) }),
    ]

    /// Network in Network in the form for photos that its authors gave to Caffe's Model Zoo: 7,595,176 parameters for 1000 classes.
    /// Input [3, 224, 224]. Behind each convolution are two of 1 × 1; the scores are the means of the last maps.
    ///
    /// Source: M. Lin, Q. Chen, S. Yan, "Network In Network", ICLR 2014; Caffe Model Zoo, "NIN ImageNet".
    static func networkInNetwork(classes: Int) -> Network {
        Network("nin", input: [3, 224, 224], source: "Lin et al., ICLR 2014, in the form of Caffe's Model Zoo") {
            perceptron(1, Conv2D(96, kernel: 11, stride: 4, name: "conv1"), [96, 96])
            MaxPool2D(3, stride: 2, rounding: .up)
            perceptron(2, Conv2D(256, kernel: 5, padding: 2, name: "conv2"), [256, 256])
            MaxPool2D(3, stride: 2, rounding: .up)
            perceptron(3, Conv2D(384, kernel: 3, padding: 1, name: "conv3"), [384, 384])
            MaxPool2D(3, stride: 2, rounding: .up)
            Dropout(0.5)
            perceptron(4, Conv2D(1024, kernel: 3, padding: 1, name: "conv4"), [1024, classes])
            GlobalAveragePool2D()
        }
    }

    /// The form for CIFAR-10: 966,986 parameters for 10 classes. Input [3, 32, 32].
    ///
    /// Source: the same, section 4.2; Caffe Model Zoo, "NIN CIFAR10".
    static func networkInNetworkForCIFAR(classes: Int) -> Network {
        Network("nin-cifar", input: [3, 32, 32], source: "Lin et al., ICLR 2014, in the form of Caffe's Model Zoo") {
            perceptron(1, Conv2D(192, kernel: 5, padding: 2, name: "conv1"), [160, 96])
            MaxPool2D(3, stride: 2, rounding: .up)
            Dropout(0.5)
            perceptron(2, Conv2D(192, kernel: 5, padding: 2, name: "conv2"), [192, 192])
            // What a window reaches beyond the image counts in no mean, as in Caffe.
            AvgPool2D(3, stride: 2, rounding: .up, countsPadding: false)
            Dropout(0.5)
            perceptron(3, Conv2D(192, kernel: 3, padding: 1, name: "conv3"), [192, classes])
            GlobalAveragePool2D()
        }
    }

    /// A convolution, and behind it a perceptron that slides over its maps.
    @LayerBuilder private static func perceptron(_ number: Int, _ convolution: Conv2D, _ units: [Int]) -> [any Layer] {
        convolution
        ReLU()
        for (place, units) in units.enumerated() {
            Conv2D(units, kernel: 1, name: "cccp\(2 * number - 1 + place)")
            ReLU()
        }
    }
}
