/// What lies in a data set's folder beside the examples, and what somebody should know of it before training.
public struct DatasetInventory: Sendable, Hashable {
    /// An image that is no part of the set since it cannot be read.
    public struct UnreadableImage: Sendable, Hashable {
        /// Its file, as it is printed.
        public let path: String
        /// Why it cannot be read, as an error would say.
        public let reason: String
        let split: Split
        let label: Int
        let key: ExampleKey
    }

    public internal(set) var leftOut: [LeftOutFiles] = []
    /// Left out because that was asked for.
    public internal(set) var unreadable: [UnreadableImage] = []
    /// Sentences on what is likely to be a slip.
    public internal(set) var remarks: [String] = []

    init() {}

    /// The images of `split` and class `label` that cannot be read.
    package func unreadableKeys(in split: Split, label: Int) -> [ExampleKey] {
        unreadable.filter { $0.split == split && $0.label == label }.map(\.key)
    }
}
