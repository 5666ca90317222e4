/// How a data set is opened.
public struct DatasetOptions: Sendable, Hashable {
    /// Whether images are turned and mirrored as their files' orientation tags say.
    public var exifOrientation = true

    public init() {}
}
