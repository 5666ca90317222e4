import SyntheticScenes

extension SyntheticDataset {
    /// The options: the same images are rendered from them everywhere.
    package var identityBasis: IdentityBasis {
        .options(
            "synthetic classes=\(options.classes) size=\(options.size.map(String.init) ?? "") train=\(options.trainingCount) "
                + "val=\(options.validationCount) seed=\(options.seed) difficulty=\(options.difficulty.rawValue)")
    }
}
