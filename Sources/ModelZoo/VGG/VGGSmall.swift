import Networks
import Tensors

extension ModelZoo {
    static let smallVGGEntries = [
        Entry(
            name: "vgg11-small", summary: "VGG's net A for quick runs on small images; 3 × 32 × 32; 611,434 parameters",
            defaultClasses: 10, make: { SmallVGG(name: "vgg11-small").network(classes: $0) }),
        Entry(
            name: "vgg11-small-blur",
            summary: "the same, smoothed where its first four poolings subsample; 3 × 32 × 32; 611,434 parameters",
            defaultClasses: 10, make: { SmallVGG(name: "vgg11-small-blur", isSmoothed: true).network(classes: $0) }),
        Entry(
            name: "vgg16-small", summary: "VGG's net D for quick runs on small images; 3 × 32 × 32; 955,098 parameters",
            defaultClasses: 10,
            make: { SmallVGG(name: "vgg16-small", convolutions: SmallVGG.netD).network(classes: $0) }),
        Entry(
            name: "vgg16-small-bn", summary: "the same with batch normalisation; 3 × 32 × 32; 957,210 parameters",
            defaultClasses: 10,
            make: {
                SmallVGG(name: "vgg16-small-bn", convolutions: SmallVGG.netD, isNormalized: true).network(classes: $0)
            }),
    ]
}

/// VGG's form at a reduced input and with a quarter of the channels, for quick runs. Input [3, 32, 32]; maps of 32, 16, 8, 4, 2 and 1.
///
/// Layers have the numbers that they have in the whole network, where nothing is smoothed. Weights start as He has them, since a deviation of
/// 0.01 is made for wide layers.
///
/// Source: of our own making, after K. Simonyan, A. Zisserman, ICLR 2015; smoothed as R. Zhang, "Making Convolutional Networks
/// Shift-Invariant Again", ICML 2019, section 3.2 has it: the maximum at every place, and then a blur that subsamples.
struct SmallVGG: Sendable {
    static let netA = [1, 1, 2, 2, 2]
    static let netD = [2, 2, 3, 3, 3]

    let name: String
    /// In each stage.
    var convolutions = netA
    var isNormalized = false
    /// Whether what a pooling leaves out is smoothed first. The last one has nothing around it to smooth by.
    var isSmoothed = false

    func network(classes: Int) -> Network {
        Network(name, input: [3, 32, 32], source: "reduced from Simonyan and Zisserman, ICLR 2015") {
            Numbered("features") {
                for (stage, filters) in [16, 32, 64, 128, 128].enumerated() {
                    for _ in 0..<convolutions[stage] {
                        Conv2D(filters, kernel: 3, padding: 1)
                        if isNormalized { BatchNorm() }
                        ReLU()
                    }
                    if isSmoothed && stage < 4 {
                        MaxPool2D(2, stride: 1)
                        BlurPool2D()
                    } else {
                        MaxPool2D(2)
                    }
                }
            }
            Numbered("classifier") {
                Dense(128)
                ReLU()
                Dropout(0.5)
                Dense(128)
                ReLU()
                Dropout(0.5)
                Dense(classes)
            }
        }
    }
}
