import Partrain

/// Grey noise in two classes: its rows are streaks in the one, its columns in the other.
struct Streaks: ImageDataset {
    let name = "streaks"
    let classNames = ["across", "down"]
    let imageShape: Shape = [1, 16, 16]
    let normalisation = Normalisation(mean: [0.5], standardDeviation: [0.3])
    let isWorthCaching = false

    func exampleCount(_ split: Split) -> Int { split == .training ? 512 : 128 }
    func label(of index: Int, in split: Split) -> Int { index % 2 }

    func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let random = RandomSource(seed: split == .training ? 1 : 2, purpose: .synthesis, stream: UInt32(index))
        for y in 0..<16 {
            for x in 0..<16 {
                let streak = random.uniform(index: index % 2 == 0 ? y : x)
                pixels[16 * y + x] = UInt8(255 * (0.5 * streak + 0.5 * random.uniform(index: 16 + 16 * y + x)))
            }
        }
    }
}
