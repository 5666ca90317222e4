import Networks

extension ModelZoo {
    /// ResNet, ResNeXt and SE-ResNet for photos, with torchvision's names.
    ///
    /// Sources: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1; S. Xie et al., "Aggregated Residual
    /// Transformations for Deep Neural Networks", CVPR 2017, table 1; J. Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018, table 1.
    static let residualEntries = [
        (residual(18, [2, 2, 2, 2], isBottleneck: false), "ResNet with 18 layers", "11,689,512"),
        (residual(34, [3, 4, 6, 3], isBottleneck: false), "ResNet with 34 layers", "21,797,672"),
        (residual(50, [3, 4, 6, 3]), "ResNet with 50 layers", "25,557,032"),
        (residual(101, [3, 4, 23, 3]), "ResNet with 101 layers", "44,549,160"),
        (residual(152, [3, 8, 36, 3]), "ResNet with 152 layers", "60,192,808"),
        (
            ResidualNetwork(
                name: "resnext50-32x4d", source: "Xie et al., CVPR 2017", blocks: [3, 4, 6, 3], groups: 32, groupWidth: 4),
            "ResNeXt with 50 layers, 32 groups of 4 channels", "25,028,904"
        ),
        (
            ResidualNetwork(name: "se-resnet50", source: "Hu et al., CVPR 2018", blocks: [3, 4, 6, 3], squeeze: 16),
            "ResNet with 50 layers, squeeze and excitation", "28,088,024"
        ),
    ].map { form, what, parameters in
        Entry(
            name: form.name, summary: "\(what); 3 × 224 × 224; \(parameters) parameters", defaultClasses: 1000,
            make: { form.network(classes: $0) })
    }

    private static func residual(_ depth: Int, _ blocks: [Int], isBottleneck: Bool = true) -> ResidualNetwork {
        ResidualNetwork(name: "resnet\(depth)", source: "He et al., CVPR 2016", blocks: blocks, isBottleneck: isBottleneck)
    }
}
