/// Channels in an inception module, by the columns of the paper's table.
///
/// Source: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1.
struct InceptionWidths {
    let ones, threesReduced, threes, fivesReduced, fives, pooled: Int

    private init(_ ones: Int, _ threesReduced: Int, _ threes: Int, _ fivesReduced: Int, _ fives: Int, _ pooled: Int) {
        (self.ones, self.threesReduced, self.threes) = (ones, threesReduced, threes)
        (self.fivesReduced, self.fives, self.pooled) = (fivesReduced, fives, pooled)
    }

    static let ofGoogLeNet = [
        ("3a", InceptionWidths(64, 96, 128, 16, 32, 32)), ("3b", InceptionWidths(128, 128, 192, 32, 96, 64)),
        ("4a", InceptionWidths(192, 96, 208, 16, 48, 64)), ("4b", InceptionWidths(160, 112, 224, 24, 64, 64)),
        ("4c", InceptionWidths(128, 128, 256, 24, 64, 64)), ("4d", InceptionWidths(112, 144, 288, 32, 64, 64)),
        ("4e", InceptionWidths(256, 160, 320, 32, 128, 128)), ("5a", InceptionWidths(256, 160, 320, 32, 128, 128)),
        ("5b", InceptionWidths(384, 192, 384, 48, 128, 128)),
    ]
}
